"""How an account goes from one rung to another: down at once, up when that is safe to say, and by hand. Pure.

An account whose score wavers about a line would go up and down with it. So it rises where it would stand as high with a
score that is worse by the policy's margin, or once it has stood that well for the policy's time, or where what brought
the decision is itself a reason: a check passed, an analyst's word.
"""

from collections.abc import Callable

from risk.facts import Facts, StandingFacts
from risk.outcome import Outcome
from tiers.ladder import Ladder, Merits, Placement, Rising

BY_HAND = frozenset({"override", "override_end"})  # causes after which nobody waits, whatever the policy says
Worse = Callable[[float], Merits]  # the merits of an account whose score is worse by so many points


def stand(ladder: Ladder, merits: Merits, worse: Worse, facts: Facts) -> Placement:
    """Where an account stands now, by what it merits, where it stood until now, and what an analyst set by hand."""
    now = ladder.reached(merits)
    place, rising = now, None
    if facts.standing is not None:
        place, rising = _moved(ladder, now, worse, facts)
    by_hand = _by_hand(ladder, place, merits, facts)
    if by_hand is not None:
        place, rising = by_hand, None
    held = place > now or ladder.held(place, merits)
    return Placement(ladder.rungs[place], held, rising, by_hand is not None)


def _moved(ladder: Ladder, now: int, worse: Worse, facts: Facts) -> tuple[int, Rising | None]:
    """The place to stand on, no higher than `now`, and what is waited for where it is lower. 0 is the top."""
    stood, movement = facts.standing, ladder.movement
    before = ladder.place_of(stood.tier) if stood is not None else None
    if stood is None or before is None or now >= before or stood.cause in {*movement.at_once, *BY_HAND}:
        return now, None
    place = min(before, max(now, ladder.reached(worse(movement.rise_margin))))
    waiting = _waiting(ladder, now, stood)
    since = facts.at if waiting is None or stood.rising_since is None else stood.rising_since
    wanted = now if waiting is None else waiting
    if facts.at - since >= movement.rise_after:
        place = min(place, wanted)
    if place <= now:
        return now, None
    if wanted >= place:  # what was waited for is reached; what is above it is waited for anew
        wanted, since = now, facts.at
    return place, Rising(ladder.rungs[wanted].tier, since)


def _waiting(ladder: Ladder, now: int, stood: StandingFacts) -> int | None:
    """The lowest rung reached since the wait began: that has held all the time. None: nothing is waited for."""
    place = ladder.place_of(stood.rising_to) if stood.rising_to is not None else None
    return None if place is None else max(now, place)


def _by_hand(ladder: Ladder, place: int, merits: Merits, facts: Facts) -> int | None:
    """The place that an analyst set; None where nobody did, or where risk is confirmed and it would be higher."""
    override = facts.override
    by_hand = ladder.place_of(override.tier) if override is not None and facts.at < override.until else None
    if by_hand is None or (merits.outcome is Outcome.DENY and by_hand < place):
        return None
    return by_hand
