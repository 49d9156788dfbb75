"""What a round promises: rings keep their ids, what became of them is told, and an analyst's word stands."""

import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings

from config.lib.advisory import alone
from risk.labels import LabelSource
from risk.models import Label, Ring, RingChange, RingMember, RingPortrait, Trace
from risk.rings import keeping
from risk.rings.links import STORED, Link
from risk.rings.rounds import LOCK, RoundAtWork, run
from risk.rings.states import RingChangeKind, RingState
from risk.rings.tells import WORDS
from risk.rings.writing import Round
from tests.risk.rings.people import People, Row, operator

MAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class History:
    """People whose traces are stored, in the order in which they came."""

    def __init__(self, number: int = 2_000) -> None:
        self.people = People(0)
        self.day = 0
        self.come([self.people.somebody() for _ in range(number)])

    def come(self, rows: list[Row], *, days: int = 1) -> list[int]:
        """Let them come, one a minute, days after the last ones; their subjects."""
        self.day += days
        at = MAY + timedelta(days=self.day)
        first = Trace.objects.count() + 1
        traces = []
        for place, row in enumerate(rows):
            links = [row.get(Link(place), 0) for place in range(STORED)]
            when = at + timedelta(minutes=place)
            traces.append(Trace(subject=first + place, at=when, links=links, tells=[0] * WORDS))
        Trace.objects.bulk_create(traces)
        return [trace.subject for trace in traces]

    def round(self, *, full: bool = True) -> Round:
        """Look for rings a day after the last ones came."""
        self.day += 1
        return run(at=MAY + timedelta(days=self.day), full=full)


def _members(ring: Ring) -> set[int]:
    return set(RingMember.objects.filter(ring=ring, left_at=None).values_list("subject", flat=True))


def _kinds(ring: Ring) -> list[str]:
    return list(RingChange.objects.filter(ring=ring).order_by("pk").values_list("kind", flat=True))


def test_a_ring_is_told_with_its_members_and_why_each_is_one() -> None:
    history = History()
    make = operator(history.people)
    theirs = set(history.come([make(number) for number in range(60)]))
    done = history.round()
    ring = Ring.objects.get()
    assert (done.rings, done.new, done.members) == (1, 1, ring.size)
    assert len(_members(ring) & theirs) >= 57
    assert len(_members(ring) - theirs) <= 1
    assert ring.state == RingState.SUSPECTED
    assert ring.score > 90
    assert _kinds(ring) == [RingChangeKind.FOUND]
    for why in RingMember.objects.values_list("why", flat=True):
        assert why
        assert [line["weight"] for line in why] == sorted((line["weight"] for line in why), reverse=True)
        assert all(line["shared"] >= 1 for line in why)


def test_a_ring_that_grows_is_the_same_ring() -> None:
    history = History()
    make = operator(history.people)
    history.come([make(number) for number in range(30)])
    history.round()
    before = Ring.objects.get()
    history.come([make(number) for number in range(40)])
    history.round()
    after = Ring.objects.get()
    assert after.public_id == before.public_id
    assert after.size >= before.size + 38
    assert RingChangeKind.GREW in _kinds(after)


def test_a_second_round_over_the_same_accounts_changes_nothing() -> None:
    history = History()
    make = operator(history.people)
    history.come([make(number) for number in range(40)])
    history.round()
    ring, members = Ring.objects.get(), RingMember.objects.count()
    history.round()
    assert Ring.objects.get().changed_at == ring.changed_at
    assert RingMember.objects.count() == members
    assert _kinds(ring) == [RingChangeKind.FOUND]


def test_a_ring_that_was_dismissed_stays_so_and_is_not_found_anew() -> None:
    history = History()
    make = operator(history.people)
    history.come([make(number) for number in range(40)])
    history.round()
    Ring.objects.update(state=RingState.DISMISSED)
    history.come([make(number) for number in range(3)])
    history.round()
    assert Ring.objects.get().state == RingState.DISMISSED


def test_a_round_over_newcomers_keeps_the_members_of_before() -> None:
    history = History()
    make = operator(history.people)
    earlier = set(history.come([make(number) for number in range(40)]))
    history.round()
    before = _members(Ring.objects.get())
    history.come([history.people.somebody() for _ in range(100)], days=30)
    later = set(history.come([make(number) for number in range(30)]))
    done = history.round(full=False)
    assert done.accounts < Trace.objects.count()
    held = set(RingMember.objects.filter(left_at=None).values_list("subject", flat=True))
    assert before <= held
    assert len(before & earlier) >= 38
    assert len(held & later) >= 28


def test_newcomers_make_a_ring_of_those_who_were_too_few_before() -> None:
    history = History()
    make = operator(history.people)
    earlier = set(history.come([make(number) for number in range(3)]))
    assert history.round().rings == 0
    later = set(history.come([make(number) for number in range(10)]))
    done = history.round(full=False)
    assert (done.rings, done.new) == (1, 1)
    assert done.accounts < Trace.objects.count() / 2
    assert len(_members(Ring.objects.get()) & earlier) == 3
    assert len(_members(Ring.objects.get()) & later) >= 9


def test_a_round_over_newcomers_leaves_rings_alone_that_they_have_nothing_to_do_with() -> None:
    history = History()
    make = operator(history.people)
    history.come([make(number) for number in range(40)])
    history.round()
    ring, members = Ring.objects.get(), _members(Ring.objects.get())
    history.come([history.people.somebody() for _ in range(30)])
    history.round(full=False)
    after = Ring.objects.get()
    assert (after.changed_at, after.score, _members(after)) == (ring.changed_at, ring.score, members)


def test_what_was_heard_of_members_since_moves_their_ring_in_a_round_over_newcomers() -> None:
    history = History()
    make = operator(history.people)
    members = history.come([make(number) for number in range(40)])
    history.round()
    before = Ring.objects.get().score
    heard = MAY + timedelta(days=history.day)
    history.come([history.people.somebody() for _ in range(30)])
    for subject in members[:5]:
        honest = {"abuse": False, "trust": 1.0, "source": LabelSource.CLEARED, "reference": f"review:{subject}"}
        Label.objects.create(subject=subject, at=heard, known_at=heard, **honest)
    history.round(full=False)
    ring = Ring.objects.get()
    assert ring.score < before
    assert ring.changes.filter(kind=RingChangeKind.SCORED).get().data == {"score": ring.score, "before": before}


def test_where_no_census_is_kept_a_round_over_newcomers_is_a_full_one() -> None:
    history = History()
    make = operator(history.people)
    history.come([make(number) for number in range(40)])
    shutil.rmtree(keeping.folder(), ignore_errors=True)
    done = history.round(full=False)
    assert (done.accounts, done.rings) == (Trace.objects.count(), 1)
    assert keeping.load() is not None


def test_a_census_that_cannot_be_kept_does_not_lose_the_round(tmp_path: Path) -> None:
    (tmp_path / keeping.PLACE).write_text("no folder")
    history = History()
    make = operator(history.people)
    history.come([make(number) for number in range(40)])
    with override_settings(GATEHOUSE_HOME=tmp_path):
        assert history.round().rings == 1
        assert history.round(full=False).accounts == Trace.objects.count()


def test_what_is_confirmed_teaches_and_loses_nobody() -> None:
    history = History()
    make = operator(history.people)
    theirs = history.come([make(number) for number in range(40)])
    ring = Ring.objects.create(
        state=RingState.CONFIRMED, score=40.0, confidence=0.1, size=8, found_at=MAY, changed_at=MAY
    )
    RingMember.objects.bulk_create(
        RingMember(ring=ring, subject=subject, joined_at=MAY, weight=1.0, why=[]) for subject in theirs[:8]
    )
    history.round()
    assert set(theirs[:8]) <= _members(ring)
    assert len(_members(ring) & set(theirs)) >= 37
    assert not Ring.objects.filter(state=RingState.SUSPECTED, size__gt=0).exists()


def test_two_rings_that_turn_out_to_be_one_are_one_and_say_so() -> None:
    history = History()
    make = operator(history.people)
    theirs = history.come([make(number) for number in range(60)])
    for part in (theirs[:35], theirs[35:]):
        ring = Ring.objects.create(
            state=RingState.SUSPECTED, score=90.0, confidence=0.5, size=len(part), found_at=MAY, changed_at=MAY
        )
        RingMember.objects.bulk_create(
            RingMember(ring=ring, subject=subject, joined_at=MAY, weight=1.0, why=[]) for subject in part
        )
    one, other = Ring.objects.order_by("pk")
    done = history.round()
    one.refresh_from_db()
    other.refresh_from_db()
    assert done.merged == 1
    assert (other.state, other.merged_into, other.size) == (RingState.MERGED, one, 0)
    assert len(_members(one) & set(theirs)) >= 57
    assert not _members(other)
    assert RingChangeKind.MERGED in _kinds(one)
    assert RingChangeKind.MERGED in _kinds(other)


def test_newcomers_are_compared_with_what_is_surely_a_ring() -> None:
    history = History()
    make = operator(history.people)
    history.come([make(number) for number in range(60)])
    history.round()
    assert RingPortrait.objects.get().ring == Ring.objects.get()
    assert "PHONE_1000" in RingPortrait.objects.get().portrait


def test_among_people_nothing_is_told() -> None:
    history = History()
    assert history.round().rings == 0
    assert not Ring.objects.exists()


def _in_its_own_connection(work: Callable[[], object]) -> object:
    try:
        return work()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_while_one_round_is_at_work_another_looks_at_nothing() -> None:
    held, done = threading.Event(), threading.Event()

    def first() -> None:
        with alone(LOCK) as at_work:
            assert at_work
            held.set()
            assert done.wait(30)

    with ThreadPoolExecutor(1) as other:
        at_work = other.submit(_in_its_own_connection, first)
        assert held.wait(30)
        said: list[str] = []
        with pytest.raises(RoundAtWork):
            run(at=MAY, full=True, say=said.append)
        done.set()
        at_work.result()
    assert not said
    assert run(at=MAY, full=True).rings == 0


@pytest.mark.django_db(transaction=True)
def test_what_an_analyst_says_while_a_round_writes_stands() -> None:
    history = History()
    make = operator(history.people)
    history.come([make(number) for number in range(40)])
    history.round()
    history.come([make(number) for number in range(10)])
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            ring = Ring.objects.select_for_update().get()
            writing = other.submit(_in_its_own_connection, history.round)
            _until_somebody_waits()
            ring.state = RingState.DISMISSED
            ring.save(update_fields=["state"])
        writing.result()
    assert Ring.objects.get().state == RingState.DISMISSED
    assert Ring.objects.get().size >= 48


def _until_somebody_waits() -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("the round never came to the ring")
