"""A contained ring speaks against its members, by its state."""

import pytest

from risk.facts import Facts, RingFacts
from risk.findings import Hit
from risk.signals.ring_suspected import SIGNAL
from tests.risk.alice import ALICE, alice, answer

RING = RingFacts(id="rng_1", state="suspected", score=97.123, size=40, fit=8.456)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="in no ring, or in one that is not contained"),
        pytest.param(alice(ring=RING), "ring_suspected", id="in a suspected one"),
        pytest.param(alice(ring=RingFacts("rng_1", "confirmed", 97.0, 40, 8.0)), "clear", id="in a confirmed one"),
    ],
)
def test_only_its_own_state_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected


def test_the_analyst_is_told_which_ring_it_is() -> None:
    told = (("ring", "rng_1"), ("score", 97.12), ("members", 40), ("fit", 8.46))
    assert SIGNAL.look(alice(ring=RING)) == Hit("ring_suspected", told)
