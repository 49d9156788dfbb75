"""Which contained ring holds whom, asked for many at once."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from risk.facts import Facts, RingFacts, TokenState
from risk.lookups.rings import names_of, rings_of, waiting
from risk.models import Assessment, Ring, RingMember
from risk.rings.states import RingState

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)


def ring(state: RingState = RingState.SUSPECTED, *, members: tuple[int, ...], contained: bool = True) -> Ring:
    made = Ring.objects.create(
        state=state, score=97.5, confidence=0.9, size=len(members), found_at=NOON, changed_at=NOON,
        contained_at=NOON if contained else None,
    )  # fmt: skip
    for subject in members:
        RingMember.objects.create(ring=made, subject=subject, joined_at=NOON, weight=subject / 2)
    return made


def decided(subject: int, on: RingFacts | None, *, at: datetime = NOON) -> None:
    facts = Facts(at=at, token=TokenState.ABSENT, ring=on).as_json()
    Assessment.objects.create(
        subject=subject, at=at, cause="ring", facts=facts, policy_digest="d", outcome="allow", score=1, prior=-3,
        reasons=[], unknown={},
    )  # fmt: skip


def test_each_member_is_told_its_ring_and_how_it_fits_with_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    one, other = ring(members=(1, 2)), ring(RingState.CONFIRMED, members=(3,))
    with django_assert_num_queries(1):
        found = rings_of([1, 2, 3, 4])
    assert found == {
        1: RingFacts(one.public_id, "suspected", 97.5, 2, 0.5),
        2: RingFacts(one.public_id, "suspected", 97.5, 2, 1.0),
        3: RingFacts(other.public_id, "confirmed", 97.5, 1, 1.5),
    }


@pytest.mark.parametrize("state", [RingState.DISMISSED, RingState.MERGED])
def test_a_ring_that_is_over_holds_nobody(state: RingState) -> None:
    ring(state, members=(1,))
    assert rings_of([1]) == {}
    assert names_of([1]) == {}


def test_one_that_is_not_contained_holds_nobody_but_has_its_name() -> None:
    made = ring(members=(1,), contained=False)
    assert rings_of([1]) == {}
    assert names_of([1, 2]) == {1: made.public_id}


def test_who_left_is_not_held() -> None:
    ring(members=(1, 2))
    RingMember.objects.filter(subject=1).update(left_at=NOON)
    assert set(rings_of([1, 2])) == set(names_of([1, 2])) == {2}


def test_who_waits_is_who_was_decided_on_another_ring_or_another_state_of_it() -> None:
    made, elsewhere = ring(members=(1, 2, 3, 4, 5, 7)), ring(members=())
    now = RingFacts(made.public_id, "suspected", 50.0, 3, 0.1)  # another score and size: it is the same standing
    decided(1, None)
    decided(2, now)
    decided(3, RingFacts(made.public_id, "confirmed", 97.5, 5, 1.5))
    decided(4, RingFacts(elsewhere.public_id, "suspected", 97.5, 5, 1.5))
    decided(5, now)
    decided(5, None, at=NOON + timedelta(1))
    decided(6, now)  # never in it
    assert waiting(made.pk) == [1, 3, 4, 5]  # 7 was never decided


def test_who_left_waits_until_decided_without_it_and_who_went_to_another_until_decided_with_that() -> None:
    made = ring(members=(1, 2, 3))
    now = RingFacts(made.public_id, "suspected", 97.5, 3, 0.5)
    for subject in (1, 2, 3):
        decided(subject, now)
    RingMember.objects.filter(subject__in=(1, 2)).update(left_at=NOON)
    other = ring(members=(2,))
    assert waiting(made.pk) == [1, 2]
    decided(1, None)
    decided(2, RingFacts(other.public_id, "suspected", 97.5, 1, 1.0))
    assert waiting(made.pk) == []
