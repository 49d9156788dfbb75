"""Others from the same mail domain."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.velocity_domain import SIGNAL
from tests.risk.alice import ALICE, alice, answer, others, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="nobody else"),
        pytest.param(others("domain_accounts_1d", 9), "clear", id="nine others"),
        pytest.param(others("domain_accounts_1d", 10), "velocity_domain", id="ten others"),
        pytest.param(
            replace(others("domain_accounts_1d", 64), mailbox=with_("mailbox", free=True).mailbox),
            "unknown",
            id="a public provider",
        ),
        pytest.param(alice(mailbox=None), "unknown", id="no mailbox"),
        pytest.param(alice(velocity={}), "unknown", id="not counted"),
        pytest.param(alice(velocity=None), "unknown", id="counting failed"),
    ],
)
def test_a_domain_that_strangers_share_never_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
