"""What arrivals promise: a newcomer who fits a known ring belongs to it, one who does not is left alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from risk.models import Ring, RingMember, RingPortrait
from risk.rings import arrivals
from risk.rings.arrivals import belongs, join
from risk.rings.detection import find
from risk.rings.judging import judge
from risk.rings.links import STORED, Link
from risk.rings.portraits import as_json, portrait
from risk.rings.states import RingState
from tests.risk.rings.people import People, Row, operator

MAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def known() -> tuple[People, Row, Ring]:
    """A population, what the next account of its operator shows, and the operator's ring."""
    people = People(3_000)
    make = operator(people)
    people.group(60, make)
    found = find(people.columns())
    (group,) = [number for number, score in enumerate(judge(found).score) if score > 0.9]
    ring = Ring.objects.create(
        state=RingState.SUSPECTED, score=99.0, confidence=0.9, size=60, found_at=MAY, changed_at=MAY, contained_at=MAY
    )
    RingPortrait.objects.create(ring=ring, learnt_at=MAY, portrait=as_json(portrait(found, group)))
    arrivals.forget()
    return people, make(60), ring


def _trace(row: Row) -> list[int]:
    return [row.get(Link(place), 0) for place in range(STORED)]


def test_the_operators_next_account_belongs_and_is_held(known: tuple[People, Row, Ring]) -> None:
    _, newcomer, ring = known
    (to,) = belongs([(MAY + timedelta(days=1), _trace(newcomer))])
    assert to is not None
    assert to.ring == ring.pk
    assert to.facts is not None
    assert to.facts.id == ring.public_id
    assert to.likeness.why


def test_who_came_before_the_ring_was_contained_belongs_but_is_not_held_by_it(known: tuple[People, Row, Ring]) -> None:
    _, newcomer, _ = known
    (to,) = belongs([(MAY - timedelta(days=1), _trace(newcomer))])
    assert to is not None
    assert to.facts is None


def test_somebody_ordinary_belongs_to_none(known: tuple[People, Row, Ring]) -> None:
    people, _, _ = known
    assert belongs([(MAY, _trace(people.somebody(COUNTRY=1))) for _ in range(50)]) == [None] * 50
    assert belongs([(MAY, None)]) == [None]


def test_a_dismissed_ring_takes_nobody_in(known: tuple[People, Row, Ring]) -> None:
    _, newcomer, ring = known
    Ring.objects.filter(pk=ring.pk).update(state=RingState.DISMISSED)
    arrivals.forget()
    assert belongs([(MAY, _trace(newcomer))]) == [None]


def test_members_are_written_down_once_with_why(known: tuple[People, Row, Ring]) -> None:
    _, newcomer, ring = known
    (to,) = belongs([(MAY, _trace(newcomer))])
    assert to is not None
    join([(7, MAY, to)])
    member = RingMember.objects.get()
    ring.refresh_from_db()
    assert (member.ring, member.subject, ring.size) == (ring, 7, 61)
    assert member.why == to.likeness.why


def test_what_becomes_of_a_ring_is_seen_without_reading_the_others_again(
    known: tuple[People, Row, Ring], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "REFRESH_SECONDS", 0.0)
    _, newcomer, ring = known
    asked = [(MAY + timedelta(days=1), _trace(newcomer))]
    assert belongs(asked) != [None]
    for state, taken in ((RingState.DISMISSED, False), (RingState.CONFIRMED, True)):
        Ring.objects.filter(pk=ring.pk).update(state=state, changed_at=MAY + timedelta(hours=1))
        assert (belongs(asked) != [None]) is taken
    RingPortrait.objects.update(portrait={}, learnt_at=MAY + timedelta(hours=2))
    assert belongs(asked) == [None]


def test_a_signup_reads_no_portrait_that_is_as_it_was(
    known: tuple[People, Row, Ring], monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(arrivals, "REFRESH_SECONDS", 0.0)
    _, newcomer, ring = known
    belongs([(MAY, _trace(newcomer))])
    Ring.objects.filter(pk=ring.pk).update(size=61, changed_at=MAY + timedelta(hours=1))
    with django_assert_num_queries(2) as queries:  # whether there is news, and the rings without their portraits
        belongs([(MAY, _trace(newcomer))])
    assert not [query for query in queries if '."portrait"' in query["sql"]]
