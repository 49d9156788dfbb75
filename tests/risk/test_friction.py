"""The policy's budget of challenges, and how a threshold gives way by it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.friction import (
    EASED_DIMENSIONS,
    MOST_EASED,
    NO_FRICTION,
    Evidence,
    Friction,
    Why,
    parse_friction,
    step,
    within,
)
from risk.groups import Dimension
from risk.policyerror import PolicyError

THRESHOLDS = {"challenge": 0.2, "review": 0.65, "deny": 0.985}
EASING = Friction(budget=0.1, most_eased=5, fewest=100)
OVER = Evidence(accounts=1000, cleared=900, proven=180, earlier_accounts=4000, earlier_cleared=3800)
UNDER = replace(OVER, proven=30)
counts = st.integers(0, 10_000)


def parsed(section: Any) -> Friction:
    return parse_friction({"thresholds": THRESHOLDS, "friction": section})


def test_a_policy_without_the_section_eases_nothing() -> None:
    assert parse_friction({}) == NO_FRICTION
    assert not NO_FRICTION.eases
    assert not parsed({"budget": 0.1}).eases


def test_the_section_is_read() -> None:
    found = parsed({"budget": 0.1, "most_eased": 10, "fewest": 200, "dimensions": ["country"]})
    assert found == Friction(0.1, 10.0, 200, frozenset({Dimension.COUNTRY}))
    assert found.eases
    assert parsed({"budget": 0.1, "most_eased": 10}).dimensions == EASED_DIMENSIONS


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ([], "friction: a table"),
        ({"bugdet": 0.1}, "friction.bugdet: not known"),
        ({"budget": 1}, "friction.budget: 1 is"),
        ({"budget": True}, "friction.budget: True"),
        ({"budget": float("nan")}, "friction.budget: nan"),
        ({"budget": 0.1, "most_eased": 21}, "friction.most_eased: 21"),
        ({"budget": 0.1, "most_eased": -1}, "friction.most_eased: -1"),
        ({"most_eased": 5}, "friction.most_eased: without a budget"),
        ({"fewest": 29}, "friction.fewest: 29"),
        ({"fewest": 100.5}, "friction.fewest: 100.5"),
        ({"dimensions": ["county"]}, "friction.dimensions"),
        ({"dimensions": [{}]}, "friction.dimensions"),
        ({"dimensions": "country"}, "friction.dimensions"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(section: Any, says: str) -> None:
    with pytest.raises(PolicyError) as error:
        parsed(section)
    assert str(error.value).startswith(says)


def test_the_threshold_of_challenge_can_never_reach_that_of_review() -> None:
    document = {"thresholds": {"challenge": 0.5, "review": 0.65, "deny": 0.985}}
    parse_friction({**document, "friction": {"budget": 0.1, "most_eased": 14}})
    with pytest.raises(PolicyError, match="reach that of review"):
        parse_friction({**document, "friction": {"budget": 0.1, "most_eased": 15}})


def test_over_the_budget_it_gives_way_a_point_at_a_time_up_to_the_bound() -> None:
    points, whys = 0.0, []
    for _ in range(7):
        points, why = step(points, OVER, EASING)
        whys.append(why)
    assert points == 5
    assert whys == [Why.OVER] * 5 + [None] * 2


def test_under_the_budget_it_comes_back_a_point_at_a_time() -> None:
    assert step(2.0, UNDER, EASING) == (1.0, Why.UNDER)
    assert step(0.5, UNDER, EASING) == (0.0, Why.UNDER)
    assert step(0.0, UNDER, EASING) == (0.0, None)


def test_near_the_budget_it_stays() -> None:
    assert step(2.0, replace(OVER, proven=92), EASING) == (2.0, None)


def test_a_flood_takes_it_back_at_once_and_gives_nothing() -> None:
    flood = replace(OVER, accounts=2001, cleared=1900, proven=500)
    assert step(4.0, flood, EASING) == (0.0, Why.FLOOD)
    assert step(0.0, flood, EASING) == (0.0, None)


def test_a_pace_that_bots_raised_whom_nobody_let_in_hides_no_flood() -> None:
    hidden = Evidence(accounts=2000, cleared=1900, proven=500, earlier_accounts=400_000, earlier_cleared=3700)
    assert step(4.0, hidden, EASING) == (0.0, Why.FLOOD)


def test_without_history_or_with_too_few_nothing_gives_way() -> None:
    assert step(0.0, Evidence(accounts=49, earlier_accounts=99, earlier_cleared=99, cleared=49, proven=40), EASING) == (
        0.0,
        None,
    )
    assert step(
        0.0, Evidence(accounts=200, earlier_accounts=400, earlier_cleared=400, cleared=99, proven=90), EASING
    ) == (0.0, None)
    assert step(3.0, Evidence(), EASING) == (2.0, Why.FEW)


def test_those_found_abusive_are_taken_for_the_ones_that_proved() -> None:
    abused = Evidence(
        accounts=1000, earlier_accounts=4000, earlier_cleared=3800, cleared=900, proven=180, abusive=5 * 110
    )
    assert abused.challenged == pytest.approx((70, 790))
    assert step(0.0, abused, EASING) == (0.0, None)


@given(st.floats(0, MOST_EASED), counts, counts, counts, st.data())
def test_no_evidence_leads_past_the_bounds(
    points: float, accounts: int, earlier: int, cleared: int, data: st.DataObject
) -> None:
    proven = data.draw(st.integers(0, cleared))
    evidence = Evidence(accounts, cleared, proven, data.draw(counts), earlier, data.draw(st.integers(0, earlier)))
    after, why = step(within(points, EASING), evidence, EASING)
    assert 0 <= after <= EASING.most_eased
    assert after <= within(points, EASING) + 1
    assert (why is None) == (after == within(points, EASING))
