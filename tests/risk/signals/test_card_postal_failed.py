"""A postal code that does not fit."""

import pytest

from risk.facts import Facts
from risk.signals.card_postal_failed import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="right"),
        pytest.param(with_("card", postal_check="fail"), "card_postal_failed", id="wrong"),
        pytest.param(with_("card", postal_check="unavailable"), "unknown", id="the bank does not check"),
        pytest.param(with_("card", postal_check=None), "unknown", id="not told"),
        pytest.param(alice(card=None), "unknown", id="no card"),
    ],
)
def test_only_the_banks_no_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
