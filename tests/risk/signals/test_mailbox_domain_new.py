"""The first from a domain."""

import pytest

from risk.facts import Facts
from risk.signals.mailbox_domain_new import SIGNAL
from tests.risk.alice import alice, answer, with_


def counted(week: int, before: int) -> Facts:
    """Alice when so many others came."""
    return alice(velocity={"domain_accounts_7d": week, "domain_accounts_before": before})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(counted(0, 0), "mailbox_domain_new", id="nobody yet"),
        pytest.param(counted(2, 0), "mailbox_domain_new", id="two this week and nobody before"),
        pytest.param(counted(0, 1), "clear", id="one last month"),
        pytest.param(with_("mailbox", free=True), "unknown", id="a public provider"),
        pytest.param(with_("mailbox", valid=False), "unknown", id="no address"),
        pytest.param(alice(mailbox=None), "unknown", id="no mailbox"),
        pytest.param(alice(velocity={}), "unknown", id="not counted"),
        pytest.param(alice(velocity=None), "unknown", id="counting failed"),
    ],
)
def test_a_domain_is_new_for_a_week(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
