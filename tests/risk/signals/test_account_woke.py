"""An account that nobody used for long."""

import pytest

from risk.facts import Facts
from risk.signals.account_woke import SIGNAL
from tests.risk.alice import ALICE, alice, answer


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="in use, or asleep"),
        pytest.param(alice(woke_after_days=97.4), "account_woke", id="woke lately"),
    ],
)
def test_waking_counts_while_the_facts_tell_of_it(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
