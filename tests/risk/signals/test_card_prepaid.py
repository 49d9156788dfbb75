"""A prepaid card."""

import pytest

from risk.facts import Facts
from risk.signals.card_prepaid import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="debit"),
        pytest.param(with_("card", funding="credit"), "clear", id="credit"),
        pytest.param(with_("card", funding="prepaid"), "card_prepaid", id="prepaid"),
        pytest.param(with_("card", funding="unknown"), "unknown", id="the provider does not know"),
        pytest.param(with_("card", funding=None), "unknown", id="not told"),
        pytest.param(alice(card=None), "unknown", id="no card"),
    ],
)
def test_only_the_providers_word_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
