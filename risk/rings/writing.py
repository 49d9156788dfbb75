"""Writing down the rings of a round: which of them is which of before, who joins and leaves, and what became of it.

The rings of before keep their ids. One that was dismissed stays dismissed, and what is found again of it is not told
again. One that was confirmed only grows: an analyst knows more than a round does. Of a suspected one, members leave
that fit no more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Greatest

from risk.models import Ring, RingChange, RingMember, RingPortrait
from risk.rings.matching import Plan, match
from risk.rings.states import RingChangeKind, RingState
from risk.rings.telling import Member, Proposal, remembered

MOVED = 5.0  # points of score from which a ring that is as large as before is told to have been scored anew
BATCH = 5_000
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did: rings by number of accounts looked at, found, new, merged and so on."""

    accounts: int
    rings: int
    new: int
    merged: int
    members: int


def write(proposals: Sequence[Proposal], *, at: datetime, full: bool, looked_at: Collection[int]) -> Round:
    """Write them down, of accounts that were looked at; the caller sees to it that all of it is, or nothing.

    Where the round was not full, rings only grow.
    """
    rings = Ring.objects.exclude(state=RingState.MERGED).in_bulk()
    before = dict(RingMember.objects.filter(left_at=None, ring__in=rings).values_list("subject", "ring_id"))
    if not full:
        proposals = _growing(proposals, before)
    plan = match([[member.subject for member in proposal.members] for proposal in proposals], before)
    into = {group: rings[ring] for group, ring in plan.kept.items()}
    if not full:  # what its members do was not looked at
        proposals = [
            remembered(each, into[group].evidence) if group in into else each for group, each in enumerate(proposals)
        ]
    for group in plan.new:
        into[group] = _new(proposals[group], at)
    for ring, other in plan.merged.items():
        _merge(rings[ring], rings[other], at)
    moves = _moves(proposals, into, before, plan) if full else _joins(proposals, into, before)
    leaving = [subject for subject in moves.leaving if subject in looked_at]
    moved = {before[subject] for subject in leaving if subject in before} | {ring.pk for ring, _ in moves.joining}
    _leave(leaving, at)
    _join(moves.joining, at)
    Ring.objects.filter(pk__in=moved - {ring.pk for ring in into.values()}).update(changed_at=_later(at))
    new = set(plan.new)
    for group, proposal in enumerate(proposals):
        _tell(into[group], proposal, at, moved=into[group].pk in moved)
        _tell_history(into[group], at, is_new=group in new, split=rings.get(plan.split.get(group, 0)))
    if full:
        found = {ring.pk for ring in into.values()} | plan.merged.keys()
        _cool([ring for ring in rings.values() if ring.pk not in found], at)
    return Round(
        len(looked_at), len(proposals), len(plan.new), len(plan.merged), sum(len(each.members) for each in proposals)
    )


def _growing(proposals: Sequence[Proposal], before: Mapping[int, int]) -> list[Proposal]:
    """Without such as are only a part of a ring that was found: splitting one is left to a full round."""
    groups = [[member.subject for member in proposal.members] for proposal in proposals]
    split = match(groups, before).split
    return [proposal for group, proposal in enumerate(proposals) if group not in split]


def _joins(proposals: Sequence[Proposal], into: Mapping[int, Ring], before: Mapping[int, int]) -> "_Moves":
    """Who is in no ring yet joins the one that was found; nobody leaves one."""
    joining = [
        (into[group], member)
        for group, proposal in enumerate(proposals)
        for member in proposal.members
        if member.subject not in before
    ]
    return _Moves([], joining)


@dataclass(frozen=True, slots=True)
class _Moves:
    leaving: list[int]  # subjects
    joining: list[tuple[Ring, Member]]


def _moves(proposals: Sequence[Proposal], into: Mapping[int, Ring], before: Mapping[int, int], plan: Plan) -> _Moves:
    """Who leaves and who joins. Who is in a confirmed or dismissed ring stays there."""
    fixed = set(Ring.objects.filter(state__in=[RingState.CONFIRMED, RingState.DISMISSED]).values_list("pk", flat=True))
    merged = dict(plan.merged)
    leaving: list[int] = []
    joining: list[tuple[Ring, Member]] = []
    seen: set[int] = set()
    for group, proposal in enumerate(proposals):
        ring = into[group]
        for member in proposal.members:
            seen.add(member.subject)
            now = before.get(member.subject)
            now = merged.get(now, now) if now is not None else None
            if now == ring.pk or now in fixed:
                continue
            if now is not None:
                leaving.append(member.subject)
            joining.append((ring, member))
    found = {ring.pk for ring in into.values()}
    leaving += [
        subject
        for subject, ring in before.items()
        if subject not in seen and merged.get(ring, ring) in found and ring not in fixed
    ]
    return _Moves(leaving, joining)


def _new(proposal: Proposal, at: datetime) -> Ring:
    return Ring.objects.create(
        state=RingState.SUSPECTED,
        score=proposal.score,
        confidence=proposal.confidence,
        size=0,
        found_at=at,
        changed_at=at,
    )


def _merge(ring: Ring, other: Ring, at: datetime) -> None:
    """All members of a ring go over to another; the ring stays on record and says where it went."""
    suspected = Ring.objects.filter(pk=ring.pk, state=RingState.SUSPECTED)
    if not suspected.update(state=RingState.MERGED, merged_into=other, size=0, changed_at=_later(at)):
        return  # an analyst has said something of it
    members = RingMember.objects.filter(ring=ring, left_at=None)
    going = list(members.values_list("subject", "weight", "why"))
    members.update(left_at=at)
    _join([(other, Member(subject, weight, why)) for subject, weight, why in going], at)
    ring.size = 0
    _record(ring, RingChangeKind.MERGED, at, {"into": other.public_id})
    _record(other, RingChangeKind.MERGED, at, {"of": ring.public_id, "members": len(going)})


def _later(at: datetime) -> Greatest:
    """For `changed_at`, which only rises: so it is seen whether accounts have followed."""
    return Greatest(Value(at), F("changed_at") + TICK)


def _leave(subjects: Sequence[int], at: datetime) -> None:
    for begin in range(0, len(subjects), BATCH):
        RingMember.objects.filter(subject__in=subjects[begin : begin + BATCH], left_at=None).update(left_at=at)


def _join(joining: Sequence[tuple[Ring, Member]], at: datetime) -> None:
    RingMember.objects.bulk_create(
        [
            RingMember(ring=ring, subject=member.subject, joined_at=at, weight=member.weight, why=member.why)
            for ring, member in joining
        ],
        batch_size=BATCH,
    )


def _tell(ring: Ring, proposal: Proposal, at: datetime, *, moved: bool) -> None:
    """Write down what a ring is like now, and that it grew or shrank. Its state is an analyst's, and is not touched."""
    before, score = ring.size, ring.score
    ring.size = RingMember.objects.filter(ring=ring, left_at=None).count()
    if ring.state != RingState.DISMISSED:
        ring.score, ring.confidence = proposal.score, proposal.confidence
        ring.evidence, ring.template = proposal.evidence, proposal.template
    ring.save(update_fields=["size", "score", "confidence", "evidence", "template"])
    changed = moved or (before, score) != (ring.size, ring.score)
    if changed:
        Ring.objects.filter(pk=ring.pk).update(changed_at=_later(at))
    if before and ring.size != before:
        kind = RingChangeKind.GREW if ring.size > before else RingChangeKind.SHRANK
        _record(ring, kind, at, {"by": abs(ring.size - before), "score": ring.score})
    elif before and abs(ring.score - score) >= MOVED:
        _record(ring, RingChangeKind.SCORED, at, {"score": ring.score, "before": score})
    if proposal.portrait is not None and changed:
        known = {"learnt_at": at, "portrait": proposal.portrait}
        RingPortrait.objects.update_or_create(ring=ring, defaults=known)


def _tell_history(ring: Ring, at: datetime, *, is_new: bool, split: Ring | None) -> None:
    if is_new:
        _record(ring, RingChangeKind.FOUND, at, {"score": ring.score})
    if split is not None:
        _record(ring, RingChangeKind.SPLIT, at, {"from": split.public_id})


def _cool(rings: Sequence[Ring], at: datetime) -> None:
    """Suspected rings that a full round finds no more: their members leave, and the ring stays on record, empty."""
    for ring in rings:
        if ring.state == RingState.SUSPECTED and ring.size:
            RingMember.objects.filter(ring=ring, left_at=None).update(left_at=at)
            ring.size, ring.score = 0, 0.0
            Ring.objects.filter(pk=ring.pk).update(size=0, score=0.0, changed_at=_later(at))
            _record(ring, RingChangeKind.SHRANK, at, {"score": 0.0})


def _record(ring: Ring, kind: RingChangeKind, at: datetime, data: dict[str, Any]) -> None:
    RingChange.objects.create(ring=ring, at=at, kind=kind, size=ring.size, data=data)
