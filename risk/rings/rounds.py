"""A round of detection: rings are looked for among all accounts or around newcomers, and what is found is written down.

A full round looks at all accounts, and keeps a census of them. Other rounds look at who came since, at who could have
to do with them (risk.rings.census), and at rings on whose members labels were heard. There rings only grow, for not all
that their other members show was looked at. The rings of before keep their ids. One that was dismissed stays dismissed,
and what is found again of it is not told again. One that was confirmed only grows: an analyst knows more than a round
does. Of a suspected one, members leave that fit no more.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import structlog
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from config.lib.advisory import alone
from risk.facts import Facts
from risk.judged import judged_all
from risk.labels import LabelSource
from risk.models import Assessment, Label, Ring, RingChange, RingMember, RingPortrait
from risk.rings import keeping
from risk.rings.census import Census, counted_in, near, take
from risk.rings.census import among as standing_among
from risk.rings.columns import Columns, Floats, Ints, Traces
from risk.rings.describing import SAMPLE, describe
from risk.rings.detection import Found
from risk.rings.judging import percent
from risk.rings.links import KINDS, Link
from risk.rings.looking import Beforehand, Looked, look
from risk.rings.matching import Plan, match
from risk.rings.portraits import as_json, portrait
from risk.rings.profiles import ASPECTS
from risk.rings.reading import read, since
from risk.rings.recalling import Kept
from risk.rings.states import RingChangeKind, RingState
from risk.rings.telling import (
    TOLD_AT_LEAST,
    Lines,
    Member,
    Proposal,
    in_use,
    nats_of,
    remembered,
    rests_on_use,
    said_of_use,
    use_lines,
    weightiest,
    why_used,
)
from risk.rings.use.judging import Shown
from risk.rings.use.reading import read as use_of
from risk.rings.vouching import words

LOCK = 0x726F756E  # "roun": one round at a time
LABELS = "labels"  # named among the aspects of the evidence
MOVED = 5.0  # points of score from which a ring that is as large as before is told to have been scored anew
NEW_MOST = 0.1  # of all accounts: where more came since the last full round, the next is a full one
BATCH = 5_000
TICK = timedelta(microseconds=1)

Say = Callable[[str], None]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did: rings by number of accounts looked at, found, new, merged and so on."""

    accounts: int
    rings: int
    new: int
    merged: int
    members: int


class RoundAtWork(RuntimeError):
    """Another round is at work; two would tell the same ring twice."""


def run(*, at: datetime, full: bool, keep: bool = True, say: Say = lambda _: None) -> Round:
    """Look for rings and write down what was found. Where no census is kept that holds, the round is a full one.

    `keep` says whether a full round keeps its census: not where accounts are a scratch history's.

    Raises:
        RoundAtWork: another process is at it.

    """
    with alone(LOCK) as at_work:
        if not at_work:
            raise RoundAtWork
        say("reading")
        census = None if full else keeping.load()
        new = since(census) if census is not None else None
        if census is None or new is None or len(new) > NEW_MOST * len(census):
            return _over_all(at, keep=keep, say=say)
        return _over_new(census, new, at, say)


def _over_all(at: datetime, *, keep: bool, say: Say) -> Round:
    traces = read()
    accounts = traces.columns()
    done = _look(accounts, at, full=True, say=say)
    if keep:
        _keep(take(accounts, traces.tells))
    return done


def _keep(census: Census) -> None:
    try:
        keeping.save(census)
    except OSError as error:
        log.warning("census_not_kept", error=str(error))


def _over_new(census: Census, new: Traces, at: datetime, say: Say) -> Round:
    newcomers = counted_in(census, new)
    rows = near(census, newcomers)
    members = _touched(census, [*new.subjects.tolist(), *census.subjects[rows].tolist()])
    with_rings = np.union1d(rows, np.flatnonzero(np.isin(census.subjects, members)))
    return _look(standing_among(census, newcomers, with_rings), at, full=False, say=say)


def _touched(census: Census, subjects: Collection[int]) -> list[int]:
    """Who is in a ring with some of these, or with one on whom a label was heard since the census."""
    since_then = datetime.fromtimestamp(float(census.at[-1]), UTC)
    heard_of = Label.objects.filter(known_at__gt=since_then).values("subject")
    inside = RingMember.objects.filter(left_at=None)
    rings = inside.filter(Q(subject__in=subjects) | Q(subject__in=heard_of)).values("ring")
    return list(inside.filter(ring__in=rings).values_list("subject", flat=True))


def _look(accounts: Columns, at: datetime, *, full: bool, say: Say) -> Round:
    say(f"looking among {len(accounts):,} accounts")
    said = _said(accounts, at, among=None if full else accounts.subjects.tolist())
    use = use_of(accounts, at) if full else None
    kept, lines = _kept(accounts) if full else (None, [])
    proposals = propose(look(accounts, Beforehand(_confirmed(accounts), said, use, kept)), use, lines)
    say(f"writing {len(proposals):,} rings")
    with transaction.atomic():
        return _write(proposals, at=at, full=full, looked_at=frozenset(accounts.subjects.tolist()))


def _confirmed(accounts: Columns) -> Ints:
    """By row: a number for the confirmed ring that the account is in, -1 for none.

    Those are one operator's whatever the links say, and teach what else is.
    """
    confirmed = Ring.objects.filter(state=RingState.CONFIRMED).order_by("pk")
    return _number_of_ring(accounts, list(confirmed.values_list("pk", flat=True)))


def _kept(accounts: Columns) -> tuple[Kept | None, list[Lines]]:
    """Suspected rings that are contained for what their members did, and by ring what was said of it."""
    contained = Ring.objects.filter(state=RingState.SUSPECTED, contained_at__isnull=False).order_by("pk")
    said = [(ring.pk, said_of_use(ring.evidence)) for ring in contained if rests_on_use(ring.score, ring.evidence)]
    if not said:
        return None, []
    nats = np.array([nats_of(lines) for _, lines in said])
    return Kept(_number_of_ring(accounts, [pk for pk, _ in said]), nats), [lines for _, lines in said]


def _number_of_ring(accounts: Columns, rings: Sequence[int]) -> Ints:
    """By row: the place among rings of the one that the account is in, -1 for none."""
    places = {pk: place for place, pk in enumerate(rings)}
    inside = dict(RingMember.objects.filter(left_at=None, ring__in=rings).values_list("subject", "ring_id"))
    return np.array([places.get(inside.get(subject, 0), -1) for subject in accounts.subjects.tolist()], dtype=np.int64)


def _said(accounts: Columns, at: datetime, *, among: Collection[int] | None) -> Floats:
    """By row: what the account's label says, as looking.Beforehand has it.

    That a ring was confirmed is no news of its members: as labels they would speak for the ring that they are from.
    """
    found = judged_all(known_by=at, but=LabelSource.RING, among=among)
    said = {subject: each.trust if each.abuse else -each.trust for subject, each in found.items()}
    return np.array([said.get(subject, 0.0) for subject in accounts.subjects.tolist()], dtype=np.float64)


def propose(looked: Looked, use: Shown | None = None, kept: Sequence[Lines] = ()) -> list[Proposal]:
    """The groups that are told, the largest first, with who is in them and why.

    `kept`: by the number of a kept ring, what was said of its use.
    """
    groups = looked.found.groups
    order = np.argsort(groups.group, kind="stable")
    parts = np.split(order, np.cumsum(groups.size)[:-1]) if groups.number else []
    told = np.flatnonzero(looked.told).tolist()
    told.sort(key=lambda number: (-int(groups.size[number]), int(groups.rows[parts[number][0]])))
    doing = in_use(use, groups)
    return [_proposal(looked, doing, number, parts[number], use_lines(looked, number, kept)) for number in told]


def _proposal(looked: Looked, doing: Mapping[Link, Floats], number: int, places: Ints, did: Lines) -> Proposal:
    found, judged = looked.found, looked.judged
    accounts = found.profiles.accounts
    rows = found.groups.rows[places]
    total = found.fit.total + sum(doing.values())
    members = [
        Member(
            int(accounts.subjects[row]),
            round(float(total[place]), 2),
            weightiest([*_why(found, int(place)), *why_used(doing, places, int(place))]),
        )
        for row, place in zip(rows, places, strict=True)
    ]
    nats = {aspect.value: round(float(judged.nats[line, number]), 2) for line, aspect in enumerate(ASPECTS)}
    strongest = sorted((aspect for aspect in nats if nats[aspect] >= TOLD_AT_LEAST), key=lambda aspect: -nats[aspect])
    evidence = [{"aspect": aspect, "nats": nats[aspect]} for aspect in strongest]
    evidence += [*did, *_labels(looked, number)]
    return Proposal(
        percent(float(judged.score[number])),
        round(float(judged.confidence[number]), 3),
        members,
        evidence,
        describe(accounts, rows, _facts(accounts, rows)).as_json(),
        as_json(portrait(found, number)) if looked.known[number] else None,
    )


def _labels(looked: Looked, number: int) -> list[dict[str, Any]]:
    """What labels of members speak for a ring or against it: of the whole ring, and not of a member."""
    nats = float(looked.heard.nats[number])
    told = words(int(looked.heard.abusive[number]), int(looked.heard.honest[number]))
    return [{"aspect": LABELS, "nats": round(nats, 2), "words": f"{told}, for the whole ring"}] if nats else []


def _why(found: Found, place: int) -> list[dict[str, Any]]:
    """The links of one member's signup; `shared` is how many members show the same."""
    row, group = found.groups.rows[place], found.groups.group[place]
    lines = []
    for line in range(len(ASPECTS)):
        nats = float(found.fit.nats[line, place])
        if nats < TOLD_AT_LEAST:
            continue
        link = Link(int(found.fit.link[line, place]))
        code = found.profiles.accounts.of[link].code[[row]]
        shared = int(found.profiles.held[link].of(np.array([group]), code)[0][0])
        lines.append({"link": link.name, "words": KINDS[link].words, "weight": round(nats, 2), "shared": shared})
    return lines


def _facts(accounts: Columns, rows: Ints) -> list[Facts]:
    some = accounts.subjects[rows[:: max(1, len(rows) // SAMPLE)]].tolist()
    last = Assessment.objects.filter(subject__in=some).order_by("subject", "-id").distinct("subject")
    return [Facts.from_json(facts) for facts in last.values_list("facts", flat=True)]


def _write(proposals: Sequence[Proposal], *, at: datetime, full: bool, looked_at: Collection[int]) -> Round:
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
