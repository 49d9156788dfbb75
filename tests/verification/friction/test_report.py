"""Rates, limits and alarms from counts alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.friction import Friction
from risk.groups import OTHER, UNKNOWN, Dimension
from verification.friction.report import (
    COUNTED,
    GROUPS_MOST,
    Counts,
    Over,
    RateName,
    as_json,
    group_of,
    over_still,
    report,
    shown,
)

PLAIN = Friction()
BUDGET = Friction(budget=0.1)
MANY = Counts(allow=9_000, challenge=1_000)


def told(friction: Friction = PLAIN, **groups: Counts) -> list[tuple[str, str, str]]:
    totals = {(Dimension.NETWORK, "home"): MANY}
    totals |= {(Dimension.LANGUAGE, name.strip("_")): counts for name, counts in groups.items()}
    return [(alarm.value, alarm.rate, alarm.over) for alarm in report(totals, friction).alarms]


def test_a_group_past_three_times_everybodys_rate_raises_an_alarm() -> None:
    assert told(of=Counts(allow=60, challenge=40)) == [("of", "stopped", "overall")]
    assert told(of=Counts(allow=550, challenge=250, review=200)) == [("of", "stopped", "overall")]


def test_an_interval_that_reaches_below_the_limit_raises_none() -> None:
    assert told(of=Counts(allow=66, challenge=34)) == []


def test_few_accounts_raise_no_alarm_however_they_fare() -> None:
    assert told(of=Counts(challenge=99)) == []
    assert told(of=Counts(challenge=100)) == [("of", "stopped", "overall")]


def test_what_is_not_known_of_people_makes_no_group_to_be_alarmed_about() -> None:
    totals = {(Dimension.NETWORK, "home"): MANY, (Dimension.LANGUAGE, UNKNOWN): Counts(challenge=1000)}
    assert report(totals, BUDGET).alarms == ()
    totals = {(Dimension.NETWORK, "home"): MANY, (Dimension.LANGUAGE, OTHER): Counts(challenge=1000)}
    assert report(totals, BUDGET).alarms == ()


def test_the_budget_is_for_challenges_alone() -> None:
    assert told(BUDGET, of=Counts(allow=800, challenge=200)) == [("of", "challenge", "budget")]
    assert told(BUDGET, of=Counts(allow=800, review=200)) == []
    assert told(PLAIN, of=Counts(allow=800, challenge=200)) == []


def test_where_nobody_meets_with_a_thing_there_is_nothing_to_compare_with() -> None:
    totals = {(Dimension.NETWORK, "home"): Counts(allow=1000)}
    assert report(totals, PLAIN).alarms == ()


def test_step_ups_and_holds_are_of_those_followed() -> None:
    rates = group_of("language", "is", Counts(allow=80, challenge=20, followed=50, asked=10, passed=4, held=5)).rates
    shares = {name: (rates[name].number, rates[name].of) for name in (RateName.STEP_UP, RateName.PASSED, RateName.HELD)}
    assert shares == {"step_up": (10, 50), "passed": (4, 10), "held": (5, 50)}
    assert rates[RateName.STOPPED].share == 0.2


def test_an_alarm_goes_on_until_the_share_itself_is_within_the_limit() -> None:
    overall = group_of("", "", MANY)
    key = (RateName.STOPPED, Over.OVERALL)
    shares = {share: group_of("language", "is", Counts(allow=100 - share, challenge=share)) for share in (31, 30)}
    assert over_still(key, shares[31], overall, PLAIN)
    assert not over_still(key, shares[30], overall, PLAIN)
    assert not over_still(key, None, overall, PLAIN)
    assert not over_still((RateName.CHALLENGE, Over.BUDGET), shares[31], overall, PLAIN)


def test_the_smallest_of_many_groups_are_added_up_and_nobody_is_lost() -> None:
    totals = {(Dimension.LANGUAGE, f"x{n}"): Counts(allow=n + 1) for n in range(250)}
    groups = report(totals, PLAIN).groups[Dimension.LANGUAGE]
    assert len(groups) == 250
    assert len(shown(groups)) == GROUPS_MOST
    assert shown(groups)[-1].value == OTHER
    assert sum(group.counts.accounts for group in shown(groups)) == sum(range(1, 251))


COUNT = st.integers(0, 500)


@given(st.dictionaries(st.sampled_from(["en", "is", "pt", UNKNOWN]), st.tuples(*[COUNT] * len(COUNTED)), max_size=4))
def test_any_counts_make_a_report_that_is_plain_json(counted: dict[str, tuple[int, ...]]) -> None:
    totals = {(dimension, value): Counts(*counts) for value, counts in counted.items() for dimension in Dimension}
    for counts in totals.values():
        if counts.asked > counts.followed or counts.held > counts.followed or counts.passed > counts.asked:
            return  # no such people
    plain = as_json(report(totals, BUDGET))
    assert json.loads(json.dumps(plain)) == plain
    for group in (plain["overall"], *plain["groups"]):
        for rate in group["rates"].values():
            low, high = rate["interval"]
            assert 0 <= low <= high <= 1
            assert rate["share"] is None or low - 1e-9 <= rate["share"] <= high + 1e-9


@pytest.mark.parametrize("name", COUNTED)
def test_both_together_is_the_sum(name: str) -> None:
    assert getattr(Counts(**{name: 2}) + Counts(**{name: 3}), name) == 5
