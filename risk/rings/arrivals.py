"""Whether a newcomer is one of a ring that is known already. Asked at every signup, so portraits are held in memory.

Each process reads the portraits again within REFRESH_SECONDS of a change. A ring is found among very few by the values
that it shares: only rings that share one that is rare are compared at all.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, F, Max, QuerySet

from risk.facts import RingFacts
from risk.models import Ring, RingMember, RingPortrait
from risk.rings.links import Link
from risk.rings.portraits import Likeness, Portrait, from_json, likeness
from risk.rings.states import RingState

REFRESH_SECONDS = 5.0
LEADS_AT_MOST = 0.01  # share of people beyond which a value leads nobody to a ring (as risk.rings.detection.RARE)
COMPARED_MOST = 20  # rings a newcomer is compared with: those that share most of the values that lead
NOT_READ = ("template", "evidence")
HELD = (RingState.SUSPECTED, RingState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Belongs:
    """The ring that a newcomer belongs to, and how well it fits. `facts` is None where the ring is not contained."""

    ring: int
    likeness: Likeness
    facts: RingFacts | None


@dataclass(frozen=True, slots=True)
class _Known:
    facts: RingFacts
    contained_at: datetime | None
    learnt_at: datetime
    portrait: Portrait

    def leads(self) -> Iterator[tuple[Link, int]]:
        """The values that lead a newcomer to it."""
        for name, habit in self.portrait.items():
            for value, (_, common) in habit.values.items():
                if common <= LEADS_AT_MOST:
                    yield Link[name], value


def belongs(newcomers: Sequence[tuple[datetime, Sequence[int] | None]]) -> list[Belongs | None]:
    """The ring of each newcomer, if any, by its trace. Who came before a ring was contained is not held by it yet.

    Raises:
        django.db.DatabaseError: the portraits could not be read, and never were.

    """
    _live.refresh()
    return [_live.best(trace, at=at) if trace is not None else None for at, trace in newcomers]


def join(newcomers: Iterable[tuple[int, datetime, Belongs]]) -> None:
    """Write newcomers down as members of their rings, in the caller's transaction."""
    joining = list(newcomers)
    if not joining:
        return
    RingMember.objects.bulk_create(
        [
            RingMember(ring_id=to.ring, subject=subject, joined_at=at, weight=to.likeness.nats, why=to.likeness.why)
            for subject, at, to in joining
        ],
        ignore_conflicts=True,
    )
    counts: defaultdict[int, int] = defaultdict(int)
    for _, _, to in joining:
        counts[to.ring] += 1
    for ring in sorted(counts):
        Ring.objects.filter(pk=ring).update(size=F("size") + counts[ring])


def forget() -> None:
    """Read everything again next time."""
    _live.forget()


class _Live:
    """The portraits as this process last read them."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._due = 0.0
        self._seen: tuple[object, ...] = ()
        self._known: Mapping[int, _Known] = {}
        self._leads: dict[tuple[Link, int], tuple[int, ...]] = {}

    def refresh(self) -> None:
        if time.monotonic() < self._due or not self._turn.acquire(blocking=self._due == 0.0):
            return
        try:
            if time.monotonic() >= self._due:
                self._read()
                self._due = time.monotonic() + REFRESH_SECONDS
        finally:
            self._turn.release()

    def best(self, trace: Sequence[int], *, at: datetime) -> Belongs | None:
        """The ring that a newcomer fits best."""
        votes: defaultdict[int, int] = defaultdict(int)
        for link in Link:
            if link < len(trace) and trace[link]:
                for ring in self._leads.get((link, trace[link]), ()):
                    votes[ring] += 1
        found: Belongs | None = None
        for ring in sorted(votes, key=lambda pk: (-votes[pk], pk))[:COMPARED_MOST]:
            known = self._known.get(ring)
            if known is None:  # it went while this was looked up
                continue
            like = likeness(trace, known.portrait)
            if like is not None and (found is None or like.nats > found.likeness.nats):
                holds = known.contained_at is not None and known.contained_at <= at
                facts = replace(known.facts, fit=like.nats) if holds else None
                found = Belongs(ring, like, facts)
        return found

    def _read(self) -> None:
        rings = Ring.objects.filter(state__in=HELD, portrait__isnull=False)
        news = rings.aggregate(rings=Count("pk"), changed=Max("changed_at"), learnt=Max("portrait__learnt_at"))
        seen = tuple(news.values())
        if seen == self._seen:
            return
        self._known = self._read_known(rings)
        self._seen = seen

    def _read_known(self, rings: QuerySet[Ring]) -> Mapping[int, _Known]:
        """What is known now. A portrait that is as it was is not read again: a signup waits for this."""
        now = {ring.pk: ring for ring in rings.annotate(learnt_at=F("portrait__learnt_at")).defer(*NOT_READ)}
        stale = [pk for pk, ring in now.items() if pk not in self._known or self._known[pk].learnt_at != _learnt(ring)]
        read = dict(RingPortrait.objects.filter(ring__in=stale).values_list("ring", "portrait")) if stale else {}
        known: dict[int, _Known] = {}
        for pk, ring in now.items():
            if pk not in read and pk not in self._known:
                continue
            portrait = from_json(read[pk]) if pk in read else self._known[pk].portrait
            facts = RingFacts(ring.public_id, ring.state, ring.score, ring.size, 0.0)
            known[pk] = _Known(facts, ring.contained_at, _learnt(ring), portrait)
        for pk in (self._known.keys() - known.keys()) | read.keys():
            self._relead(pk, self._known.get(pk), known.get(pk))
        return known

    def _relead(self, pk: int, before: _Known | None, now: _Known | None) -> None:
        """Put a ring in its new places of the index. Tuples are replaced whole: others read meanwhile."""
        for value in before.leads() if before else ():
            self._leads[value] = tuple(ring for ring in self._leads.get(value, ()) if ring != pk)
        for value in now.leads() if now else ():
            self._leads[value] = (*self._leads.get(value, ()), pk)


def _learnt(ring: Ring) -> datetime:
    learnt: datetime = ring.learnt_at  # type: ignore[attr-defined] # annotated where rings are read
    return learnt


_live = _Live()
