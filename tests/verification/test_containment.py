"""Which act a ring's state allows, and that the order of acts never hides a change."""

from datetime import UTC, datetime, timedelta

import pytest

from risk.models import Ring
from risk.rings.states import RingState
from verification.containment import STEPS, RingAct, _change, allowed

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "contained", "acts"),
    [
        pytest.param(RingState.SUSPECTED, False, {"contain", "confirm", "dismiss"}, id="suspected"),
        pytest.param(RingState.SUSPECTED, True, {"release", "confirm", "dismiss"}, id="suspected and held"),
        pytest.param(RingState.CONFIRMED, True, {"release", "dismiss", "reopen"}, id="confirmed"),
        pytest.param(RingState.CONFIRMED, False, {"contain", "dismiss", "reopen"}, id="confirmed and let go"),
        pytest.param(RingState.DISMISSED, False, {"confirm", "reopen"}, id="dismissed"),
        pytest.param(RingState.MERGED, True, set(), id="merged"),
    ],
)
def test_what_can_be_done_to_a_ring_follows_from_its_state(
    state: RingState, acts: set[str], *, contained: bool
) -> None:
    ring = Ring(state=state, contained_at=NOON if contained else None)
    assert {what for what in STEPS if allowed(ring, what)} == acts


def test_every_act_has_its_step() -> None:
    assert STEPS.keys() == set(RingAct) - {RingAct.UNDO}  # which goes back by what was before


@pytest.mark.parametrize("at", [NOON - timedelta(days=1), NOON, NOON + timedelta(days=1)])
def test_the_moment_of_a_change_rises_with_each(at: datetime) -> None:
    ring = Ring(state=RingState.SUSPECTED, changed_at=NOON)
    _change(ring, STEPS[RingAct.CONFIRM], at)
    assert (ring.state, ring.contained_at) == (RingState.CONFIRMED, at)
    assert ring.changed_at > NOON
    assert ring.changed_at >= at


def test_confirming_what_is_held_keeps_since_when() -> None:
    ring = Ring(state=RingState.SUSPECTED, changed_at=NOON, contained_at=NOON)
    _change(ring, STEPS[RingAct.CONFIRM], NOON + timedelta(days=1))
    assert ring.contained_at == NOON
