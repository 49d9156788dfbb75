"""Ladders of any kind, and merits of any kind, for what has to hold of all of them."""

from itertools import chain, combinations
from typing import Any

from hypothesis import strategies as st

from risk.outcome import Outcome
from tiers.ladder import CheckKind, Merits

SCORES = (0.0, 5.0, 10.0, 10.1, 19.9, 42.0, 64.9, 90.0, 99.9)  # on both sides of every line
DAYS = (0, 1, 59, 60, 400)
ALL_PROOFS = [
    frozenset(kinds)
    for kinds in chain.from_iterable(combinations(CheckKind, size) for size in range(len(CheckKind) + 1))
]
CHECKS = {kind.value: {"half_life_days": 100} for kind in CheckKind}
KINDS = st.lists(st.sampled_from([kind.value for kind in CheckKind]), unique=True, max_size=3)
NEED = KINDS | st.fixed_dictionaries({"proofs": KINDS, "earned_days": st.integers(0, 90)})
MODELS = st.lists(st.sampled_from(["small", "large", "huge"]), unique=True)
LAST = {"tier": "last", "needs": [[]], "worst_outcome": "deny"}


@st.composite
def rungs(draw: st.DrawFn, place: int) -> dict[str, Any]:
    """One line, whatever it says; sensible ones are not rare."""
    rung: dict[str, Any] = {
        "tier": f"tier-{place}",
        "needs": draw(st.lists(NEED, min_size=1, max_size=3)),
        "worst_outcome": draw(st.sampled_from([outcome.value for outcome in Outcome])),
    }
    if draw(st.booleans()):
        rung["highest_score"] = draw(st.sampled_from([0, 5, 10, 40, 100]))
    if draw(st.booleans()):
        rung["earned_days"] = draw(st.integers(0, 90))
    if draw(st.integers(0, 3)) == 0:
        rung["challenged_needs"] = draw(st.just(rung["needs"]) | st.lists(NEED, min_size=1, max_size=2))
    return rung


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A policy's ladder, and its checks. About half of them give no less higher up."""
    lines = [draw(rungs(place)) for place in range(draw(st.integers(1, 4)))] + [dict(LAST)]
    height = 0
    for line in reversed(lines):
        height = max(0, height + draw(st.sampled_from([0, 1, 2, 5, -1] if draw(st.integers(0, 5)) == 0 else [0, 1, 5])))
        line["limits"] = {"requests_per_minute": height}
        if draw(st.integers(0, 5)) == 0:
            line["entitlements"] = {"models": draw(MODELS), "support": "email"}
    return {"ladder": lines, "checks": CHECKS}


@st.composite
def merits(draw: st.DrawFn) -> Merits:
    """Anything that an account can have to show."""
    return Merits(
        draw(st.sampled_from(ALL_PROOFS)),
        draw(st.sampled_from(list(Outcome))),
        draw(st.sampled_from(SCORES) | st.floats(0, 100)),
        draw(st.sampled_from(DAYS) | st.integers(0, 100)),
    )
