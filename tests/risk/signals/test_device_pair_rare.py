"""A pair far rarer than chance is a hit, once enough was learnt; before that nothing is said."""

import pytest

from risk.facts import Facts, PairFacts
from risk.signals.device_pair_rare import SIGNAL
from tests.risk.alice import alice, answer


def pair(lift: float | None = 0.01, *, support: float = 9_000.0, judged: int = 10, group: str = "hardware") -> Facts:
    """Alice whose rarest pair is this rare."""
    return alice(pairs=(PairFacts(group, 10, judged, support, "one+other", lift, 0.0, 300.0),))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(pair(0.01), "device_pair_rare", id="one in a hundred of chance"),
        pytest.param(pair(0.05), "clear", id="one in twenty"),
        pytest.param(pair(1.2), "clear", id="as often as chance"),
        pytest.param(pair(0.01, support=4_999), "unknown", id="too few to learn from"),
        pytest.param(pair(None, judged=0), "unknown", id="nothing common enough to judge"),
        pytest.param(pair(0.01, group="another"), "unknown", id="pairs of another kind"),
        pytest.param(alice(pairs=()), "unknown", id="nothing shown"),
        pytest.param(alice(pairs=None), "unknown", id="the lookup failed"),
    ],
)
def test_rarity_counts_once_enough_was_learnt(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected


def test_with_most_attributes_uncommon_a_usual_pair_is_no_all_clear() -> None:
    assert answer(SIGNAL.look(pair(1.0, judged=4))) == "unknown"
    assert answer(SIGNAL.look(pair(1.0, judged=5))) == "clear"
