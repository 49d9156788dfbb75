"""A ring is held together, let go, confirmed or dismissed, and every account of it follows.

First the ring itself changes, in one short transaction with its history, event and audit entry. Then its accounts are
decided again in chunks, each in a transaction of its own: whoever was decided on another ring, or state of one, than
holds them now. Former members are among them, so that dismissing a ring undoes all that it did. A run that was stopped
is simply run again; when there is nothing left to do, nobody is decided.
"""

import logging
import math
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from config.lib import audit
from config.lib.advisory import alone
from risk.facts import Facts, RingFacts
from risk.lookups.rings import HELD, waiting
from risk.models import Ring, RingChange, RingMember
from risk.policies.store import active
from risk.rings.states import RING_MOVES, RingChangeKind, RingState
from tiers.models import Account
from verification import exposure, labelling, outbox
from verification.decide import foretell
from verification.events import (
    RingConfirmed,
    RingContained,
    RingDismissed,
    RingEvent,
    RingFound,
    RingReleased,
    RingReopened,
)
from verification.known import Known, facts_last
from verification.recheck import redecide_all
from verification.states import Cause

log = logging.getLogger(__name__)
CHUNK = 200  # accounts to a transaction: about 0.2 s, in which nothing else can decide them
TOLD_AT_ONCE = 500
LOCK = 0x72696E67 << 32  # "ring", before the ring's number: no other lock of the database begins so
TICK = timedelta(microseconds=1)
BEFORE = timedelta(seconds=1)
UNREADABLE = (msgspec.MsgspecError, ValueError, KeyError, TypeError, IndexError, AttributeError)


class RingAct(StrEnum):
    """What can be done to a ring."""

    CONTAIN = "contain"
    RELEASE = "release"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    UNDO = "undo"  # what a person did last


@dataclass(frozen=True, slots=True)
class Step:
    """What an act makes of a ring; None: that stays as it is."""

    kind: RingChangeKind
    event: type[RingEvent]
    state: RingState | None = None
    contained: bool | None = None


STEPS: Mapping[RingAct, Step] = {
    RingAct.CONTAIN: Step(RingChangeKind.CONTAINED, RingContained, contained=True),
    RingAct.RELEASE: Step(RingChangeKind.RELEASED, RingReleased, contained=False),
    RingAct.CONFIRM: Step(RingChangeKind.CONFIRMED, RingConfirmed, RingState.CONFIRMED, contained=True),
    RingAct.DISMISS: Step(RingChangeKind.DISMISSED, RingDismissed, RingState.DISMISSED, contained=False),
    RingAct.REOPEN: Step(RingChangeKind.REOPENED, RingReopened, RingState.SUSPECTED),
}
# What an undone act leaves is told by what it makes of the ring again.
UNDONE: Mapping[RingState, tuple[RingChangeKind, type[RingEvent]]] = {
    RingState.SUSPECTED: (RingChangeKind.REOPENED, RingReopened),
    RingState.CONFIRMED: (RingChangeKind.CONFIRMED, RingConfirmed),
    RingState.DISMISSED: (RingChangeKind.DISMISSED, RingDismissed),
}
UNDOES = "undoes"  # in the data of a change: the number of the one that it undid
BEFORE_IT = "before"  # in the data of a change: what the ring was before
CONTAINING = (RingChangeKind.CONTAINED, RingChangeKind.CONFIRMED)


class ActRefused(ValueError):
    """The ring's state does not allow the act."""


class NoteMissing(ActRefused):
    """An act of a person's without a note: nobody could later say why."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act would do to the members of a ring: how many have which tier and outcome, before and after."""

    accounts: int
    moving: int  # how many would have another tier or outcome
    tiers: tuple[Mapping[str, int], Mapping[str, int]]
    outcomes: tuple[Mapping[str, int], Mapping[str, int]]


# --- what happens to a ring ---------------------------------------------------------------------------------------


def contain(ring_pk: int, at: datetime, *, by: str = "", note: str = "") -> bool:
    """Hold a ring's members together from now on; False where they are held, or where it is dismissed or merged."""
    return _do(ring_pk, RingAct.CONTAIN, at=at, said=(by, note))


def release(ring_pk: int, at: datetime, *, by: str = "", note: str = "") -> bool:
    """Let a ring's members go; False where nobody is held."""
    return _do(ring_pk, RingAct.RELEASE, at=at, said=(by, note))


def confirm(ring_pk: int, *, by: str, note: str, at: datetime) -> None:
    """An analyst says that one operator runs these accounts. It contains the ring.

    Raises:
        NoteMissing: the note is empty.
        ActRefused: the ring is confirmed already, or merged.

    """
    act(ring_pk, RingAct.CONFIRM, said=(by, note), at=at)


def dismiss(ring_pk: int, *, by: str, note: str, at: datetime) -> None:
    """An analyst says that these accounts are not one operator's: all is undone. Raises as `confirm`."""
    act(ring_pk, RingAct.DISMISS, said=(by, note), at=at)


def reopen(ring_pk: int, *, by: str, note: str, at: datetime) -> None:
    """An analyst takes a confirmation or a dismissal back. Raises as `confirm`."""
    act(ring_pk, RingAct.REOPEN, said=(by, note), at=at)


def act(ring_pk: int, what: RingAct, *, said: tuple[str, str], at: datetime) -> None:
    """Do what a person asks for, who is named by `said` with a note that says why.

    Raises:
        NoteMissing: the note is empty.
        ActRefused: the ring's state does not allow it.
        Ring.DoesNotExist: there is no such ring.

    """
    if not said[1].strip():
        raise NoteMissing("A note that says why is needed.")
    if not _do(ring_pk, what, at=at, said=said):
        raise ActRefused(_cannot(what))


def _cannot(what: RingAct) -> str:
    return f"The ring cannot be {STEPS[what].kind if what in STEPS else 'undone'} as it stands."


def allowed(ring: Ring, what: RingAct) -> bool:
    """Whether a ring's state allows an act."""
    if what is RingAct.UNDO:
        return last_act(ring) is not None
    step = STEPS[what]
    if step.state is not None:
        return step.state in RING_MOVES[RingState(ring.state)]
    if step.contained:
        return ring.contained_at is None and ring.state in HELD
    return ring.contained_at is not None and ring.state in HELD


def _do(ring_pk: int, what: RingAct, *, at: datetime, said: tuple[str, str]) -> bool:
    with transaction.atomic():
        ring = Ring.objects.select_for_update().get(pk=ring_pk)
        if not allowed(ring, what):
            return False
        by, note = said
        kind, event, data = _made_of(ring, what, at)
        ring.save(update_fields=["state", "contained_at", "changed_at"])
        change = RingChange.objects.create(
            ring=ring, at=at, kind=kind, size=ring.size, by=by[:150], note=note, data=data
        )
        outbox.write([(None, event(ring.public_id, ring.size))], at=at)
        if by:
            audit.append(actor=by, act=f"ring.{what}", subject=f"ring:{ring.pk}", details={"change": change.pk})
    return True


def last_act(ring: Ring) -> RingChange | None:
    """The last thing that a person did to a ring, if it can be undone: nothing was done since."""
    kinds = [step.kind for step in STEPS.values()]
    last = ring.changes.filter(kind__in=kinds).order_by("-pk").first()
    undoable = last is not None and last.by and BEFORE_IT in last.data and UNDOES not in last.data
    return last if undoable and ring.state != RingState.MERGED else None


def _made_of(ring: Ring, what: RingAct, at: datetime) -> tuple[RingChangeKind, type[RingEvent], dict[str, Any]]:
    """Make of a ring what an act makes of it; how that is told, and what it was before, so that it can be undone."""
    was = {"state": ring.state, "contained_at": ring.contained_at.isoformat() if ring.contained_at else None}
    undone = last_act(ring) if what is RingAct.UNDO else None
    if undone is None:
        step = STEPS[what]
        _change(ring, step, at)
        return step.kind, step.event, {BEFORE_IT: was}
    before = undone.data[BEFORE_IT]
    same_state = before["state"] == ring.state
    ring.state = before["state"]
    ring.contained_at = datetime.fromisoformat(before["contained_at"]) if before["contained_at"] else None
    ring.changed_at = max(at, ring.changed_at + TICK)
    kind, event = UNDONE[RingState(ring.state)]
    if same_state:
        held = RingAct.CONTAIN if ring.contained_at else RingAct.RELEASE
        kind, event = STEPS[held].kind, STEPS[held].event
    return kind, event, {BEFORE_IT: was, UNDOES: undone.pk}


def _change(ring: Ring, step: Step, at: datetime) -> None:
    """`changed_at` always rises, so that it can be seen whether accounts have followed."""
    ring.state = step.state or ring.state
    if step.contained is not None:
        ring.contained_at = (ring.contained_at or at) if step.contained else None
    ring.changed_at = max(at, ring.changed_at + TICK)


# --- its accounts follow ------------------------------------------------------------------------------------------


def apply(ring_pk: int, at: datetime, subjects: Collection[int] | None = None, *, seconds: float = math.inf) -> int:
    """Decide all accounts of a ring again that were decided on another standing than they have now; how many were.

    Of those, `subjects` only where they are given. One run for a ring at a time: another gives 0 at once. After so many
    `seconds` it ends, and the next goes on.
    """
    until = time.monotonic() + seconds
    decided = 0
    with alone(LOCK + ring_pk) as at_work:
        if not at_work:
            return 0
        seen = Ring.objects.values_list("changed_at", flat=True).get(pk=ring_pk)
        todo = waiting(ring_pk)
        for chunk in _chunks(todo if subjects is None else sorted({*todo} & {*subjects})):
            if time.monotonic() >= until:
                return decided
            decided += _decide(chunk, at)
        _label(ring_pk, at)
        if subjects is None:
            Ring.objects.filter(pk=ring_pk, changed_at=seen).update(applied_at=seen)
            exposure.keep(Ring.objects.filter(pk=ring_pk, state__in=HELD), at=at)
    return decided


def _decide(chunk: Sequence[int], at: datetime) -> int:
    """Those of a chunk together; where one of them cannot be read, one by one, so that it stops nobody else."""
    try:
        return len(redecide_all(chunk, cause=Cause.RING, at=at, where=_stands_otherwise))
    except UNREADABLE:
        if len(chunk) == 1:
            log.exception("An account could not be decided again for its ring.", extra={"account": chunk[0]})
            return 0
    return sum(_decide([pk], at) for pk in chunk)


def _stands_otherwise(found: Known) -> bool:
    return _standing(found.last) != _standing(found.now)


def _standing(facts: Facts) -> tuple[str, str] | None:
    return facts.ring.standing if facts.ring else None


def _label(ring_pk: int, at: datetime) -> None:
    """Members of a ring that is confirmed are labelled; those of one that was, or who left, are so no more."""
    if not RingChange.objects.filter(ring=ring_pk, kind=RingChangeKind.CONFIRMED).exists():
        return
    members = RingMember.objects.filter(ring=ring_pk)
    confirmed = members.filter(left_at=None, ring__state=RingState.CONFIRMED)
    labelled = set(confirmed.values_list("subject", flat=True))
    everybody = Account.objects.filter(pk__in=members.values("subject"), test=False).order_by("pk")
    for chunk in _chunks(list(everybody.values_list("pk", flat=True))):
        labelling.of_ring(ring_pk, {pk: pk in labelled for pk in chunk}, at=at)


def _chunks(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    return (pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK))


# --- by itself ----------------------------------------------------------------------------------------------------


def contain_due(at: datetime, *, seconds: float = math.inf) -> int:
    """Hold rings that pass the policy's line, let those go that no longer do, and have accounts follow.

    What a person contained or let go is left to people. Returns how many accounts were decided.
    """
    until = time.monotonic() + seconds
    _tell_found(at)
    line = active().policy.rings
    for ring in _by_itself(Ring.objects.filter(state__in=HELD, contained_at=None)):
        if line.passed(ring.score, ring.size):
            contain(ring.pk, at)
    for ring in _by_itself(Ring.objects.filter(state=RingState.SUSPECTED, contained_at__isnull=False)):
        if not line.holds(ring.score, ring.size):
            release(ring.pk, at)
    return sum(apply(pk, at, seconds=until - time.monotonic()) for pk in due())


def due() -> list[int]:
    """Rings whose accounts have still to follow a change, of those that are or were contained."""
    ever = RingChange.objects.filter(ring=OuterRef("pk"), kind__in=CONTAINING)
    concerned = Ring.objects.filter(Q(contained_at__isnull=False) | Exists(ever))
    rows = concerned.order_by("changed_at").values_list("pk", "applied_at", "changed_at")
    return [pk for pk, applied, changed in rows if applied is None or applied < changed]


def _by_itself(rings: QuerySet[Ring]) -> Iterable[Ring]:
    """Those of rings that no person contained or let go last."""
    of_people = {RingChangeKind.CONTAINED, RingChangeKind.RELEASED}
    kinds = [step.kind for step in STEPS.values()]
    undone = RingChange.objects.filter(ring__in=rings, data__has_key=UNDOES).values_list("pk", f"data__{UNDOES}")
    void = {pk for pair in undone for pk in pair}  # an undone act and its undoing leave all as it was
    changes = RingChange.objects.filter(ring__in=rings, kind__in=kinds).exclude(pk__in=void)
    last = changes.order_by("ring", "-pk").distinct("ring").values_list("ring_id", "kind", "by")
    left = {ring for ring, kind, by in last if by and kind in of_people}
    return [ring for ring in rings.order_by("pk") if ring.pk not in left]


def _tell_found(at: datetime) -> None:
    """Detection finds rings; what it found is told here, once."""
    while True:
        with transaction.atomic():
            found = list(Ring.objects.select_for_update(skip_locked=True).filter(applied_at=None)[:TOLD_AT_ONCE])
            outbox.write([(None, RingFound(ring.public_id, ring.size)) for ring in found], at=at)
            for ring in found:
                ring.applied_at = ring.found_at - BEFORE
            Ring.objects.bulk_update(found, ["applied_at"])
        if len(found) < TOLD_AT_ONCE:
            return


# --- what would happen --------------------------------------------------------------------------------------------


def preview(ring_pk: int, what: RingAct) -> Preview:
    """What an act would do to the members of a ring, on the facts of their last decisions. Nothing is written.

    Raises:
        ActRefused: the ring's state does not allow it.
        Ring.DoesNotExist: there is no such ring.

    """
    ring = Ring.objects.get(pk=ring_pk)
    if not allowed(ring, what):
        raise ActRefused(_cannot(what))
    _made_of(ring, what, ring.changed_at)
    moves: Counter[tuple[tuple[str, str], tuple[str, str]]] = Counter()
    members = dict(ring.members.filter(left_at=None).order_by("subject").values_list("subject", "weight"))
    for chunk in _chunks(list(members)):
        facts = facts_last(chunk)
        for account in Account.objects.filter(pk__in=facts):
            supposed = replace(facts[account.pk], ring=_as_member(ring, members[account.pk]))
            moves[(account.tier, account.outcome), foretell(supposed, account, Cause.RING)] += 1
    return _added_up(moves)


def _as_member(ring: Ring, fit: float) -> RingFacts | None:
    held = ring.contained_at is not None and ring.state in HELD
    return RingFacts(ring.public_id, ring.state, ring.score, ring.size, fit) if held else None


def _added_up(moves: Mapping[tuple[tuple[str, str], tuple[str, str]], int]) -> Preview:
    tiers: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    outcomes: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for move, number in moves.items():
        for place, (tier, outcome) in enumerate(move):
            tiers[place][tier] += number
            outcomes[place][outcome] += number
    moving = sum(number for (before, after), number in moves.items() if before != after)
    return Preview(sum(moves.values()), moving, tiers, outcomes)
