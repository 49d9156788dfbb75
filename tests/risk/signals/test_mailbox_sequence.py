"""Mailboxes that are counted through."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.mailbox_sequence import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


def counted(week: int, before: int) -> Facts:
    """Alice when so many others came."""
    velocity = {"stem_accounts_7d": week, "stem_accounts_before": before}
    return replace(with_("mailbox", free=True), velocity=velocity)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(counted(3, 0), "clear", id="three others"),
        pytest.param(counted(4, 0), "mailbox_sequence", id="four others"),
        pytest.param(counted(4, 2), "mailbox_sequence", id="and two before"),
        pytest.param(counted(4, 3), "clear", id="a name that was there before"),
        pytest.param(counted(64, 64), "clear", id="a first name that everybody has"),
        pytest.param(replace(counted(0, 0), velocity={}), "clear", id="no number at its end"),
        pytest.param(with_("mailbox", valid=False), "unknown", id="no address"),
        pytest.param(replace(counted(9, 0), mailbox=ALICE.mailbox), "unknown", id="a domain of its own"),
        pytest.param(alice(mailbox=None), "unknown", id="no mailbox"),
        pytest.param(replace(counted(0, 0), velocity=None), "unknown", id="counting failed"),
    ],
)
def test_a_common_name_is_no_sequence(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
