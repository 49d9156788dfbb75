"""A new domain that grows."""

import pytest

from risk.facts import Facts
from risk.signals.mailbox_domain_surge import SIGNAL
from tests.risk.alice import alice, answer, with_


def counted(week: int, before: int, *, day: int = 0) -> Facts:
    """Alice when so many others came."""
    return alice(velocity={"domain_accounts_7d": week, "domain_accounts_before": before, "domain_accounts_1d": day})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(counted(2, 0), "clear", id="two others"),
        pytest.param(counted(3, 0), "mailbox_domain_surge_few", id="three others"),
        pytest.param(counted(11, 0), "mailbox_domain_surge_few", id="eleven others"),
        pytest.param(counted(12, 0), "mailbox_domain_surge_many", id="twelve others"),
        pytest.param(counted(64, 1), "clear", id="a domain that we knew"),
        pytest.param(counted(64, 0, day=10), "clear", id="a rush, which another signal tells"),
        pytest.param(with_("mailbox", free=True), "unknown", id="a public provider"),
        pytest.param(alice(mailbox=None), "unknown", id="no mailbox"),
        pytest.param(alice(velocity={}), "unknown", id="not counted"),
        pytest.param(alice(velocity=None), "unknown", id="counting failed"),
    ],
)
def test_only_a_domain_that_nobody_had_surges(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
