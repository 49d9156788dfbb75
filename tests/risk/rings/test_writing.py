"""What a round found is written down: rings keep their ids, split, unite and empty, and their history says so."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from risk.models import Ring, RingChange, RingMember, RingPortrait
from risk.rings.states import RingChangeKind, RingState
from risk.rings.telling import Member, Proposal
from risk.rings.writing import Round, write

JUNE = datetime(2026, 6, 1, 9, tzinfo=UTC)
EVERYBODY = range(1, 101)
pytestmark = pytest.mark.django_db


def _found(members: Iterable[int], score: float = 95.0) -> Proposal:
    why = [{"link": "CARD", "words": "card", "weight": 4.0, "shared": 9}]
    told = [Member(subject, 9.0, why) for subject in members]
    return Proposal(score, 0.9, told, [{"aspect": "card", "nats": 4.0}], {"size": len(told)}, {"of": len(told)})


def _written(*proposals: Proposal, day: int, full: bool = True) -> Round:
    return write(proposals, at=JUNE + timedelta(days=day), full=full, looked_at=frozenset(EVERYBODY))


def _members(ring: Ring) -> set[int]:
    return set(RingMember.objects.filter(ring=ring, left_at=None).values_list("subject", flat=True))


def _history(ring: Ring) -> list[tuple[str, int]]:
    return list(RingChange.objects.filter(ring=ring).order_by("pk").values_list("kind", "size"))


def test_a_ring_that_falls_apart_keeps_its_id_for_the_larger_part_and_the_other_says_where_it_is_from() -> None:
    _written(_found(range(1, 31)), day=1)
    before = Ring.objects.get()
    done = _written(_found(range(1, 20)), _found(range(20, 31)), day=2)
    assert (done.rings, done.new, done.merged, done.members) == (2, 1, 0, 30)
    larger, other = Ring.objects.get(pk=before.pk), Ring.objects.exclude(pk=before.pk).get()
    assert (_members(larger), _members(other)) == (set(range(1, 20)), set(range(20, 31)))
    assert _history(larger) == [(RingChangeKind.FOUND, 30), (RingChangeKind.SHRANK, 19)]
    assert {kind for kind, _ in _history(other)} == {RingChangeKind.FOUND, RingChangeKind.SPLIT}
    assert RingChange.objects.get(kind=RingChangeKind.SPLIT).data == {"from": larger.public_id}


def test_rings_that_are_found_as_one_are_one_and_nobody_is_in_two() -> None:
    _written(_found(range(1, 21)), _found(range(21, 31)), day=1)
    done = _written(_found(range(1, 31)), day=2)
    assert (done.rings, done.new, done.merged) == (1, 0, 1)
    gone, stays = Ring.objects.get(state=RingState.MERGED), Ring.objects.get(state=RingState.SUSPECTED)
    assert (gone.merged_into, gone.size, _members(gone)) == (stays, 0, set())
    assert _members(stays) == set(range(1, 31))
    assert RingMember.objects.filter(left_at=None).count() == 30


def test_a_suspected_ring_that_is_found_no_more_is_emptied_and_a_confirmed_one_is_not() -> None:
    _written(_found(range(1, 11)), _found(range(11, 21)), day=1)
    first, second = Ring.objects.order_by("pk")
    Ring.objects.filter(pk=second.pk).update(state=RingState.CONFIRMED)
    _written(day=2)
    first.refresh_from_db()
    assert (first.size, first.score, _members(first)) == (0, 0.0, set())
    assert _members(second) == set(range(11, 21))


def test_where_only_newcomers_were_looked_at_rings_only_grow() -> None:
    _written(_found(range(1, 11)), day=1)
    ring = Ring.objects.get()
    done = _written(_found([*range(1, 6), 11, 12]), day=2, full=False)
    assert (done.new, done.merged) == (0, 0)
    assert _members(ring) == set(range(1, 13))
    assert _history(ring)[-1] == (RingChangeKind.GREW, 12)


def test_what_is_found_the_same_again_says_nothing_new_and_a_score_that_moved_does() -> None:
    _written(_found(range(1, 11)), day=1)
    ring, learnt = Ring.objects.get(), RingPortrait.objects.get().learnt_at
    _written(_found(range(1, 11)), day=2)
    assert Ring.objects.get().changed_at == ring.changed_at
    assert RingPortrait.objects.get().learnt_at == learnt
    _written(_found(range(1, 11), score=80.0), day=3)
    assert Ring.objects.get().changed_at > ring.changed_at
    assert _history(ring) == [(RingChangeKind.FOUND, 10), (RingChangeKind.SCORED, 10)]


def test_members_of_a_dismissed_ring_are_in_no_other_and_it_is_told_nothing_more() -> None:
    _written(_found(range(1, 11)), day=1)
    ring = Ring.objects.get()
    Ring.objects.filter(pk=ring.pk).update(state=RingState.DISMISSED)
    _written(_found(range(1, 13), score=99.0), day=2)
    ring.refresh_from_db()
    assert (ring.state, ring.score) == (RingState.DISMISSED, 95.0)
    assert _members(ring) >= set(range(1, 11))
    assert RingMember.objects.filter(left_at=None, subject__in=range(1, 11)).exclude(ring=ring).count() == 0


@pytest.mark.parametrize("state", [RingState.CONFIRMED, RingState.DISMISSED])
def test_who_is_in_a_ring_of_which_an_analyst_spoke_goes_over_to_no_other(state: RingState) -> None:
    _written(_found(range(1, 11)), _found(range(11, 31)), day=1)
    spoken_of, other = Ring.objects.order_by("pk")
    Ring.objects.filter(pk=spoken_of.pk).update(state=state)
    _written(_found([9, 10, *range(11, 31)]), day=2)
    assert _members(spoken_of) == set(range(1, 11))
    assert _members(other) == set(range(11, 31))
