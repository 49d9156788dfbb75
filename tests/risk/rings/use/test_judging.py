"""An operator's accounts are told by what they do; crowds that do one thing for an honest cause come out clean."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from risk.rings.use.evidence import evidence
from risk.rings.use.judging import (
    AGAINST_MOST,
    AS_MUCH,
    LEAST_USERS,
    SIZED,
    SIZED_MOST,
    Seen,
    nats,
    seen,
    spoken,
    with_size,
    with_use,
)
from tests.risk.rings.use.doers import TEMPLATES, Cast, Doer, all_in_one, use_of

PEOPLE, MEMBERS = 500, 40
# The score of a group that shares nothing at signup, and from which one is told and held.
STRANGER, SUSPECTED, LINE = 0.0001, 0.5, 0.9


def _seen(group: Callable[[Cast], list[Doer]]) -> Seen:
    cast = Cast()
    return _seen_among(cast, group(cast))


def _seen_among(cast: Cast, members: list[Doer]) -> Seen:
    people = cast.people(PEOPLE)
    return seen(evidence(use_of([*people, *members])), all_in_one(PEOPLE, len(members)))


def _score(group: Callable[[Cast], list[Doer]], *, before: float = STRANGER, institution: float = 0.0) -> float:
    of = _seen(group)
    counts = with_size(spoken(nats(of, np.array([institution])), of, of.users), of.users)
    return float(with_use(np.array([before]), counts)[0])


@pytest.mark.parametrize("hosted", [False, True])
def test_accounts_that_nothing_ties_at_signup_are_a_ring_by_what_they_do(hosted: bool) -> None:  # noqa: FBT001 - a parameter
    assert _score(lambda cast: cast.operator(MEMBERS, hosted=hosted), before=0.01 if hosted else STRANGER) > SUSPECTED


def test_an_operator_behind_proxies_is_held_for_its_use_alone() -> None:
    assert _score(lambda cast: cast.operator(MEMBERS)) >= LINE


@pytest.mark.parametrize(
    "crowd",
    [Cast.agent_users, Cast.hosted_agent_users, Cast.platform_users, Cast.colleagues],
    ids=lambda crowd: crowd.__name__,
)
@pytest.mark.parametrize("members", [MEMBERS, PEOPLE])
def test_a_crowd_with_one_honest_cause_is_no_ring_were_it_half_of_all(
    crowd: Callable[[Cast, int], list[Doer]], members: int
) -> None:
    assert _score(lambda cast: crowd(cast, members)) < 0.2


def test_a_firm_whose_pipeline_runs_in_a_cloud_is_no_ring_though_it_deals_work_evenly() -> None:
    pipeline = lambda cast: cast.operator(MEMBERS, hosted=True)  # noqa: E731 - the same use, by people of one firm
    assert _score(pipeline, institution=1.0) < SUSPECTED < _score(pipeline, before=0.01)


def test_people_who_do_nothing_together_speak_against_a_ring_and_not_without_end() -> None:
    of = _seen(lambda cast: cast.people(MEMBERS))
    counts = spoken(nats(of, np.zeros(1)), of, of.users)
    assert -AGAINST_MOST <= counts[0] < -1.0
    assert with_use(np.array([0.95]), counts)[0] < LINE


def test_an_operator_is_told_as_surely_when_those_that_were_held_call_no_more_and_others_have_just_begun() -> None:
    def worked(cast: Cast) -> list[Doer]:
        accounts = cast.operator(4 * MEMBERS, hosted=True)
        first, at_once, begun = accounts[:MEMBERS], accounts[MEMBERS : 3 * MEMBERS], accounts[3 * MEMBERS :]
        return [
            *(replace(one, requests=[*one.requests[:4], max(1, one.requests[4] // 5)]) for one in first),
            *(replace(one, requests=[max(1, one.requests[0] // 5)], begins=5) for one in at_once),
            *(replace(one, requests=one.requests[:2], begins=8) for one in begun),
        ]

    before = _seen(lambda cast: cast.operator(MEMBERS, hosted=True))
    after = _seen(worked)
    assert nats(after, np.zeros(1))[0] > nats(before, np.zeros(1))[0] - 1.0


def test_accounts_that_wake_together_are_likelier_a_ring() -> None:
    def waking(begins: int) -> float:
        of = _seen(lambda cast: [replace(one, begins=begins) for one in cast.operator(MEMBERS, hosted=True)])
        return float(nats(of, np.zeros(1))[0])

    assert waking(20) > waking(0) + 1.0


def test_accounts_that_never_sleep_are_likelier_a_ring_and_an_agents_less_so() -> None:
    def awake(crowd: Callable[[Cast, int], list[Doer]], hours: int) -> float:
        of = _seen(lambda cast: [replace(one, hours=hours) for one in crowd(cast, MEMBERS)])
        return float(nats(of, np.zeros(1))[0])

    assert awake(Cast.operator, 24) > awake(Cast.operator, 12) + 0.5
    assert awake(Cast.hosted_agent_users, 24) < 0.0


def test_accounts_that_were_handed_over_are_told_by_their_new_homes_though_they_call_by_relays() -> None:
    def bought(cast: Cast, *, at_home: bool) -> list[tuple[Doer, ...]]:
        relay = cast.lines(4)
        signed_up, homes = cast.lines(MEMBERS), cast.lines(MEMBERS)
        return [
            (
                Doer(old // 256, cast.volumes(30, 1.0), [relay[n % 4]] * 14, cast.talk(20), hosted=True),
                Doer(old // 256, [], [old if at_home else new] * 6, []),
            )
            for n, (old, new) in enumerate(zip(signed_up, homes, strict=True))
        ]

    def told(*, at_home: bool) -> float:
        cast = Cast()
        everybody: list[Doer | tuple[Doer, ...]] = [*cast.people(PEOPLE), *bought(cast, at_home=at_home)]
        return float(nats(seen(evidence(use_of(everybody)), all_in_one(PEOPLE, MEMBERS)), np.zeros(1))[0])

    assert told(at_home=False) > told(at_home=True) + 2.0


def test_a_firms_people_who_signed_up_at_one_office_and_work_at_another_handed_nothing_over() -> None:
    cast = Cast()
    offices = cast.lines(3)
    people = [
        Doer(offices[n % 3] // 256, cast.volumes(20, 1.0), [offices[(n + 1) % 3]] * 16, cast.filled(20, TEMPLATES))
        for n in range(MEMBERS)
    ]
    of = _seen_among(cast, people)
    assert of.handed[0] > 2.0
    assert nats(of, np.zeros(1)) == pytest.approx(nats(replace(of, handed=np.zeros(1)), np.zeros(1)))


def test_an_agent_whose_release_wakes_its_users_is_no_ring() -> None:
    assert _score(lambda cast: [replace(one, begins=20) for one in cast.agent_users(MEMBERS)]) < SUSPECTED


def test_a_class_that_begins_weeks_after_it_signed_up_is_no_ring() -> None:
    later = lambda cast: [replace(one, begins=20) for one in cast.colleagues(MEMBERS)]  # noqa: E731 - as above
    assert _score(later, institution=1.0) < SUSPECTED


def test_few_who_call_say_nothing_for_a_group() -> None:
    of = _seen(lambda cast: cast.operator(LEAST_USERS - 1))
    assert spoken(np.array([9.0]), of, of.users).tolist() == [0.0]


def test_use_speaks_as_far_as_members_call() -> None:
    of = _seen(lambda cast: cast.operator(MEMBERS))
    all_call, one_in_eight = (spoken(np.array([8.0]), of, np.array([size]))[0] for size in (MEMBERS, 8 * MEMBERS))
    assert (all_call, one_in_eight) == (8.0, 2.0)


def test_without_use_a_score_stays_to_the_last_bit() -> None:
    scores = np.array([0.0, 1e-9, 0.3, 0.9999])
    assert with_use(scores, np.zeros(4)).tolist() == scores.tolist()


def test_evenness_counts_only_where_chance_does_not_explain_it() -> None:
    few, many = _seen(lambda cast: cast.colleagues(4)), _seen(lambda cast: cast.colleagues(200))
    assert few.even[0] <= 0.0 < many.even[0]
    assert _seen(lambda cast: cast.people(MEMBERS)).even[0] <= 0.0
    assert _seen(lambda cast: cast.operator(MEMBERS)).even[0] > 2.0


def test_a_client_of_everybody_is_not_the_own_one_of_half_of_all() -> None:
    cast, half = Cast(), 200
    generic = evidence(use_of([*cast.people(half), *cast.operator(half, hosted=True)]))
    vendors = evidence(use_of([*cast.people(half), *cast.hosted_agent_users(half)]))
    assert seen(generic, all_in_one(half, half)).own_client.tolist() == [0.0]
    assert seen(vendors, all_in_one(half, half)).own_client.tolist() == [1.0]


def test_more_members_add_to_what_use_says_and_not_without_end() -> None:
    size = np.array([1, SIZED, 10 * SIZED, 10**6])
    assert (with_size(np.full(4, 3.0), size) - 3).round(2).tolist() == [0.0, 0.0, 2.76, SIZED_MOST]


def test_more_members_add_no_more_than_use_says_and_nothing_where_it_speaks_against() -> None:
    said = np.array([0.5, 0.0, -2.0])
    assert with_size(said, np.full(3, 10**6)).tolist() == [0.5 * (1 + AS_MUCH), 0.0, -2.0]
