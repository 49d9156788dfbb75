"""Others with the same mailbox."""

import pytest

from risk.facts import Facts
from risk.signals.velocity_mailbox import SIGNAL
from tests.risk.alice import ALICE, alice, answer, others


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="nobody else"),
        pytest.param(others("mailbox_accounts_30d", 1), "clear", id="one other"),
        pytest.param(others("mailbox_accounts_30d", 2), "velocity_mailbox", id="two others"),
        pytest.param(alice(velocity={}), "unknown", id="not counted"),
        pytest.param(alice(velocity=None), "unknown", id="counting failed"),
    ],
)
def test_a_shared_mailbox_counts_from_the_third_person_on(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
