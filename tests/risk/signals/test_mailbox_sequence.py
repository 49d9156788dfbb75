"""Mailboxes that are counted through."""

import pytest

from risk.facts import Facts
from risk.signals.mailbox_sequence import SIGNAL
from tests.risk.alice import alice, answer, with_


def counted(week: int, before: int) -> Facts:
    """Alice when so many others came."""
    return alice(velocity={"stem_accounts_7d": week, "stem_accounts_before": before})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(counted(3, 0), "clear", id="three others"),
        pytest.param(counted(4, 0), "mailbox_sequence", id="four others"),
        pytest.param(counted(4, 1), "mailbox_sequence", id="and one before"),
        pytest.param(counted(4, 2), "clear", id="a name that was there before"),
        pytest.param(counted(64, 64), "clear", id="a first name that everybody has"),
        pytest.param(alice(velocity={}), "clear", id="no number at its end"),
        pytest.param(with_("mailbox", valid=False), "unknown", id="no address"),
        pytest.param(alice(mailbox=None), "unknown", id="no mailbox"),
        pytest.param(alice(velocity=None), "unknown", id="counting failed"),
    ],
)
def test_a_common_name_is_no_sequence(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
