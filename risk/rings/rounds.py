"""A round of detection: rings are looked for among all accounts or around newcomers, and what is found is written down.

A full round looks at all accounts, and keeps a census of them. Other rounds look at who came since, at who could have
to do with them (risk.rings.census), and at rings on whose members labels were heard. There rings only grow, for not all
that their other members show was looked at.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import structlog
from django.db import transaction
from django.db.models import Q

from config.lib.advisory import alone
from risk.facts import Facts
from risk.judged import judged_all
from risk.labels import LabelSource
from risk.models import Assessment, Label, Ring, RingMember
from risk.rings import keeping
from risk.rings.census import Census, counted_in, near, take
from risk.rings.census import among as standing_among
from risk.rings.columns import Columns, Floats, Ints, Traces
from risk.rings.describing import SAMPLE, describe
from risk.rings.detection import Found
from risk.rings.judging import percent
from risk.rings.links import KINDS, Link
from risk.rings.looking import Beforehand, Looked, look
from risk.rings.portraits import as_json, portrait
from risk.rings.profiles import ASPECTS
from risk.rings.reading import read, since
from risk.rings.recalling import Kept
from risk.rings.states import RingState
from risk.rings.telling import (
    TOLD_AT_LEAST,
    Lines,
    Member,
    Proposal,
    in_use,
    nats_of,
    rests_on_use,
    said_of_use,
    use_lines,
    weightiest,
    why_used,
)
from risk.rings.use.judging import Shown
from risk.rings.use.reading import read as use_of
from risk.rings.vouching import words
from risk.rings.writing import Round, write

LOCK = 0x726F756E  # "roun": one round at a time
LABELS = "labels"  # named among the aspects of the evidence
NEW_MOST = 0.1  # of all accounts: where more came since the last full round, the next is a full one

Say = Callable[[str], None]
log = structlog.get_logger(__name__)


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
        return write(proposals, at=at, full=full, looked_at=frozenset(accounts.subjects.tolist()))


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
