"""Whether a newcomer is one of a ring that is known already. Asked at every signup, so portraits are held in memory.

Each process reads the portraits again within REFRESH_SECONDS of a change. A ring is found among very few by the values
that it shares: only rings that share one that is rare are compared at all.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F, Max

from risk.facts import RingFacts
from risk.models import Ring, RingMember, RingPortrait
from risk.rings.links import Link
from risk.rings.portraits import Likeness, Portrait, from_json, likeness
from risk.rings.states import RingState

REFRESH_SECONDS = 5.0
LEADS_AT_MOST = 0.01  # share of people beyond which a value leads nobody to a ring (as risk.rings.detection.RARE)
COMPARED_MOST = 20  # rings a newcomer is compared with: those that share most of the values that lead
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
    portrait: Portrait


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
        self._leads: Mapping[tuple[Link, int], Sequence[int]] = {}

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
            known = self._known[ring]
            like = likeness(trace, known.portrait)
            if like is not None and (found is None or like.nats > found.likeness.nats):
                holds = known.contained_at is not None and known.contained_at <= at
                facts = replace(known.facts, fit=like.nats) if holds else None
                found = Belongs(ring, like, facts)
        return found

    def _read(self) -> None:
        rings = Ring.objects.filter(state__in=HELD, portrait__isnull=False)
        newest = rings.aggregate(changed=Max("changed_at"), learnt=Max("portrait__learnt_at"), rings=Max("pk"))
        seen = (*newest.values(), rings.count()) if newest["rings"] else ()
        if seen == self._seen:
            return
        known = {
            each.ring_id: _Known(
                RingFacts(each.ring.public_id, each.ring.state, each.ring.score, each.ring.size, 0.0),
                each.ring.contained_at,
                from_json(each.portrait),
            )
            for each in RingPortrait.objects.filter(ring__in=rings).select_related("ring")
        }
        leads: defaultdict[tuple[Link, int], list[int]] = defaultdict(list)
        for ring, each in known.items():
            for name, habit in each.portrait.items():
                for value, (_, common) in habit.values.items():
                    if common <= LEADS_AT_MOST:
                        leads[Link[name], value].append(ring)
        self._known, self._leads, self._seen = known, dict(leads), seen


_live = _Live()
