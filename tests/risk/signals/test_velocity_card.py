"""Others with the same card."""

import pytest

from risk.facts import Facts
from risk.signals.velocity_card import SIGNAL
from tests.risk.alice import ALICE, alice, answer, others


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="nobody else"),
        pytest.param(others("card_accounts_30d", 1), "velocity_card_few", id="one other"),
        pytest.param(others("card_accounts_30d", 3), "velocity_card_few", id="three others"),
        pytest.param(others("card_accounts_30d", 4), "velocity_card_many", id="four others"),
        pytest.param(alice(velocity={}), "unknown", id="not counted"),
        pytest.param(alice(velocity=None), "unknown", id="counting failed"),
    ],
)
def test_a_shared_card_counts_from_the_second_person_on(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
