"""Accounts go down at once and up when it is safe to say; what a hand set counts, but for confirmed risk."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from risk.facts import Facts, OverrideFacts, StandingFacts, TokenState
from risk.outcome import Outcome
from risk.policies.store import DEFAULT
from tests.tiers.ladders import ALL_PROOFS, merits
from tiers.ladder import CheckKind, Merits, Placement
from tiers.movement import stand
from tiers.table import parse

DOCUMENT: dict[str, Any] = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
LADDER = parse(DOCUMENT)
TIERS = [rung.tier for rung in LADDER.rungs]
NOW = datetime(2026, 8, 3, 10, tzinfo=UTC)
DAY = timedelta(days=1)
MAILBOX = frozenset({CheckKind.EMAIL})


def outcome_of(score: float) -> Outcome:
    """By the default's thresholds."""
    lines = ((98.5, Outcome.DENY), (65, Outcome.REVIEW), (20, Outcome.CHALLENGE))
    return next((outcome for line, outcome in lines if score >= line), Outcome.ALLOW)


def at_score(score: float, proofs: frozenset[CheckKind] = MAILBOX) -> Merits:
    return Merits(proofs, outcome_of(score), score)


def worse_than(shown: Merits) -> Callable[[float], Merits]:
    def worse(points: float) -> Merits:
        score = min(100.0, shown.score + points)
        outcome = max(shown.outcome, outcome_of(score), key=lambda outcome: outcome.severity)
        return replace(shown, outcome=outcome, score=score)

    return worse


def facts(standing: StandingFacts | None, *, at: datetime = NOW, override: OverrideFacts | None = None) -> Facts:
    return Facts(at=at, token=TokenState.ABSENT, standing=standing, override=override)


def moved(shown: Merits, standing: StandingFacts | None, at: datetime = NOW) -> Placement:
    return stand(LADDER, shown, worse_than(shown), facts(standing, at=at))


def test_who_is_decided_on_for_the_first_time_stands_where_it_belongs() -> None:
    assert moved(at_score(19.9), None).rung.tier == "basic"


@pytest.mark.parametrize(
    ("score", "cause", "tier"),
    [
        pytest.param(16.9, "usage", "basic", id="clear of the line by the margin"),
        pytest.param(17.1, "usage", "trial", id="too near to the line"),
        pytest.param(17.1, "check", "basic", id="a check was passed"),
        pytest.param(17.1, "review", "basic", id="an analyst's word"),
        pytest.param(17.1, "override_end", "basic", id="a hand let go"),
    ],
)
def test_an_account_near_a_line_rises_only_for_a_reason(score: float, cause: str, tier: str) -> None:
    placement = moved(at_score(score), StandingFacts("trial", cause))
    assert placement.rung.tier == tier
    assert placement.held is (tier == "trial")
    assert (placement.rising is None) is (tier == "basic")


def test_a_score_that_wavers_about_a_line_moves_the_account_once() -> None:
    standing, tiers = StandingFacts("basic", "usage"), []
    for hour in range(48):
        at = NOW + hour * timedelta(hours=1)
        placement = moved(at_score(21.0 if hour % 2 else 19.0), standing, at)
        rising = placement.rising
        waits = (rising.tier, rising.since) if rising else (None, None)
        standing = StandingFacts(placement.rung.tier, "usage", *waits)
        tiers.append(placement.rung.tier)
    assert [tier for place, tier in enumerate(tiers) if place == 0 or tier != tiers[place - 1]] == ["basic", "trial"]


def test_who_stays_on_the_right_side_rises_after_the_policys_time_and_no_sooner() -> None:
    waiting = moved(at_score(19.0), StandingFacts("trial", "usage"))
    assert waiting.rising is not None
    assert (waiting.rising.tier, waiting.rising.since) == ("basic", NOW)
    standing = StandingFacts("trial", "expiry", "basic", NOW)
    assert moved(at_score(19.0), standing, NOW + 3 * DAY - timedelta(seconds=1)).rung.tier == "trial"
    risen = moved(at_score(19.0), standing, NOW + 3 * DAY)
    assert (risen.rung.tier, risen.rising, risen.held) == ("basic", None, False)


def test_what_was_reached_only_lately_is_waited_for_anew() -> None:
    """Basic has held for three days, trusted for an hour."""
    proofs = frozenset({CheckKind.EMAIL, CheckKind.PHONE, CheckKind.PAYMENT})
    standing = StandingFacts("trial", "expiry", "standard", NOW - 3 * DAY)
    placement = moved(at_score(9.0, proofs), standing)
    assert placement.rung.tier == "standard"
    assert placement.rising is not None
    assert (placement.rising.tier, placement.rising.since) == ("trusted", NOW)


def test_whoever_gets_worse_falls_at_once_and_waits_no_more() -> None:
    placement = moved(at_score(66.0), StandingFacts("basic", "usage", "standard", NOW - DAY))
    assert (placement.rung.tier, placement.rising) == ("restricted", None)


def test_a_tier_that_the_ladder_no_longer_has_holds_nobody_back() -> None:
    assert moved(at_score(19.0), StandingFacts("golden", "usage")).rung.tier == "basic"


@pytest.mark.parametrize(
    ("by_hand", "score", "tier", "set_so", "held"),
    [
        pytest.param("trusted", 19.0, "trusted", True, False, id="up"),
        pytest.param("restricted", 1.0, "restricted", True, True, id="down"),
        pytest.param("trusted", 70.0, "trusted", True, False, id="up, over a review"),
        pytest.param("trusted", 99.0, "blocked", False, True, id="never up, out of confirmed risk"),
        pytest.param("blocked", 99.0, "blocked", True, True, id="no higher than confirmed risk leaves it"),
        pytest.param("golden", 1.0, "basic", False, False, id="a tier that is gone"),
    ],
)
def test_what_a_hand_set_counts_but_for_confirmed_risk(
    by_hand: str, score: float, tier: str, *, set_so: bool, held: bool
) -> None:
    shown = at_score(score)
    override = OverrideFacts(by_hand, NOW + DAY, 1)
    placement = stand(LADDER, shown, worse_than(shown), facts(StandingFacts("trial", "usage"), override=override))
    assert (placement.rung.tier, placement.by_hand, placement.held) == (tier, set_so, held)


def test_what_a_hand_set_ends_at_its_moment() -> None:
    shown = at_score(1.0)
    gone = facts(None, override=OverrideFacts("trusted", NOW, 1))
    assert stand(LADDER, shown, worse_than(shown), gone).rung.tier == "basic"


STANDINGS = st.none() | st.builds(
    StandingFacts,
    st.sampled_from([*TIERS, "golden"]),
    st.sampled_from(["usage", "expiry", "check"]),
    st.none() | st.sampled_from(TIERS),
    st.none() | st.sampled_from([NOW - 4 * DAY, NOW - 3 * DAY, NOW - DAY, NOW]),
)
OVERRIDES = st.none() | st.builds(OverrideFacts, st.sampled_from(TIERS), st.just(NOW + DAY), st.just(1))


@given(shown=merits(), standing=STANDINGS)
def test_nobody_stands_higher_than_the_merits_reach_nor_falls_below_them(
    shown: Merits, standing: StandingFacts | None
) -> None:
    placement = stand(LADDER, shown, worse_than(shown), facts(standing))
    height, reached = LADDER.height(placement.rung.tier), LADDER.height(LADDER.place(shown).rung.tier)
    before = LADDER.place_of(standing.tier) if standing else None
    least = reached if before is None else min(reached, len(TIERS) - 1 - before)
    assert least <= height <= reached
    assert (placement.rising is None) is (height == reached)


@given(shown=merits(), standing=STANDINGS, override=OVERRIDES, data=st.data())
def test_wherever_an_account_stood_less_evidence_never_gives_more(
    shown: Merits, standing: StandingFacts | None, override: OverrideFacts | None, data: st.DataObject
) -> None:
    better = Merits(
        shown.proofs | data.draw(st.sampled_from(ALL_PROOFS)),
        data.draw(st.sampled_from([outcome for outcome in Outcome if outcome.severity <= shown.outcome.severity])),
        data.draw(st.floats(0, shown.score)),
        shown.earned_days + data.draw(st.integers(0, 100)),
    )
    of = facts(standing, override=override)
    below, above = (stand(LADDER, each, worse_than(each), of).rung.tier for each in (shown, better))
    assert LADDER.height(above) >= LADDER.height(below)
