"""What is to be looked at again and when: one row for each account and kind of evidence, found by its time.

Accounts are taken on in the order of their keys, those of before and those that come, and a run that was stopped goes
on where it was. The moment of each is drawn once (risk.half_lives), so that a restart shuffles nothing. News brings the
moment forward, for exactly those who are found by an index to have shown what it is about.
"""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, QuerySet

from config.lib.sqlarrays import array
from risk import drifting
from risk.afresh import ADDRESS_TELLS, OTHERS_MOST
from risk.half_lives import Evidence, HalfLife
from risk.kinds import IdentifierKind
from risk.models import Identifier
from risk.policies.store import active
from tiers.models import Account
from verification.recheck_models import Recheck, RecheckProgress

CHUNK = 1_000  # accounts taken on in one transaction
VALUES_AT_ONCE = 200  # in one statement, which has five seconds
SETTLED = timedelta(seconds=60)  # no transaction that opens an account is open for longer
PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(days=1)  # until a value is asked for again that nobody answers
MANY = 7  # accounts of a device, from which those who came with it first hear of it (risk.signals.device_shared_since)

# What has to have been shown for there to be anything to look at again. A mailbox's lists change with the software.
SHOWN_BY: Mapping[Evidence, IdentifierKind] = {
    Evidence.PHONE_LINE: IdentifierKind.PHONE,
    Evidence.MAIL_DOMAIN: IdentifierKind.MAILBOX,
    Evidence.NETWORK: IdentifierKind.ADDRESS,
    Evidence.DEVICE: IdentifierKind.DEVICE,
}

WRITE_SQL = """
INSERT INTO verification_recheck (account_id, evidence, due_at, asked, tries)
SELECT shown.account, shown.evidence, shown.due_at, false, 0
FROM unnest(%s::bigint[], string_to_array(%s, ','), %s::timestamptz[]) AS shown(account, evidence, due_at)
ON CONFLICT (account_id, evidence) DO NOTHING
"""
HASTEN_SQL = """
INSERT INTO verification_recheck AS known (account_id, evidence, due_at, asked, tries)
SELECT DISTINCT account.id, %(evidence)s, %(at)s::timestamptz, false, 0
FROM risk_identifier seen JOIN tiers_account account ON account.id = seen.subject
WHERE seen.kind = %(kind)s AND seen.value = ANY(%(values)s::bigint[]) AND seen.at > %(since)s AND account.id <> %(but)s
ORDER BY 1
ON CONFLICT (account_id, evidence) DO UPDATE SET due_at = least(known.due_at, excluded.due_at), tries = 0
"""
# One that was brought forward meanwhile is due at another moment, and stays as it is.
MOVE_SQL = """
UPDATE verification_recheck kept
SET due_at = moved.following, looked_at = coalesce(%s::timestamptz, kept.looked_at), asked = false, tries = 0
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS moved(id, due_at, following)
WHERE kept.id = moved.id AND kept.due_at = moved.due_at
"""
LET_GO_SQL = """
DELETE FROM verification_recheck kept USING unnest(%s::bigint[], %s::timestamptz[]) AS gone(id, due_at)
WHERE kept.id = gone.id AND kept.due_at = gone.due_at
"""
# How many of these came with each device, and how many before them, so far as that tells.
CAME_SQL = """
SELECT came.value, count(*), (
    SELECT count(*) FROM (
        SELECT FROM risk_identifier earlier
        WHERE earlier.kind = came.kind AND earlier.value = came.value AND earlier.subject < asked.first
        LIMIT asked.most
    ) before_them
)
FROM (SELECT %s::bigint[] AS subjects, %s::smallint AS kind, %s::bigint AS first, %s::int AS most) asked
JOIN risk_identifier came ON came.subject = ANY(asked.subjects) AND came.kind = asked.kind
GROUP BY came.kind, came.value, asked.first, asked.most
"""
EARLIEST = "-infinity"

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Due:
    """One kind of evidence of an account whose moment has come."""

    pk: int
    account_pk: int
    evidence: Evidence
    due_at: datetime
    tier: str
    asked: bool
    tries: int


@dataclass(frozen=True, slots=True)
class News:
    """Something became known of all who showed one of these values, `since` a moment where older ones do not count."""

    evidence: Evidence
    kind: IdentifierKind
    values: Collection[int]
    since: datetime | None = None
    but: int = 0  # the account that is known of already


def half_life(evidence: Evidence) -> HalfLife:
    """How long evidence is good, by the policy in force."""
    return active().policy.half_lives[evidence]


# --- taking accounts on -------------------------------------------------------------------------------------------


def take_on(at: datetime, *, seconds: float = math.inf, progress: Progress = lambda _: None) -> int:
    """Take on the accounts that were seen a while ago; how many. One run at a time: another gives 0 at once."""
    until = time.monotonic() + seconds
    taken = 0
    RecheckProgress.objects.get_or_create(pk=1)
    while time.monotonic() < until:
        with transaction.atomic():
            mark = RecheckProgress.objects.select_for_update(skip_locked=True).filter(pk=1).first()
            if mark is None:
                break
            chunk = _next(mark, at)
            _write(chunk, at)
            _tell_of_devices(chunk, at)
            mark.save()
        if not chunk:
            break
        taken += len(chunk)
        progress(len(chunk))
    return taken


def not_taken_on() -> QuerySet[Account]:
    """The accounts that were not taken on yet."""
    taken_to = RecheckProgress.objects.filter(pk=1).values_list("taken_to", flat=True).first()
    return Account.objects.filter(pk__gt=taken_to or 0)


def to_take_on() -> int:
    """How many accounts were not taken on yet."""
    return not_taken_on().count()


def _next(mark: RecheckProgress, at: datetime) -> list[int]:
    """The next accounts in the order of their keys; the mark moves behind them, or to who is there now."""
    if mark.seen_at is None or mark.taken_to >= mark.seen:
        mark.seen, mark.seen_at = Account.objects.aggregate(last=Max("pk"))["last"] or 0, at
    if at - mark.seen_at < SETTLED:
        return []
    waiting = Account.objects.filter(pk__gt=mark.taken_to, pk__lte=mark.seen).order_by("pk")
    chunk = list(waiting.values_list("pk", flat=True)[:CHUNK])
    mark.taken_to = chunk[-1] if len(chunk) == CHUNK else mark.seen
    return chunk


def _write(chunk: Sequence[int], at: datetime) -> None:
    """A row for each kind of evidence that they showed."""
    shown: dict[tuple[int, int], datetime] = {}
    kinds = sorted(set(SHOWN_BY.values()))
    rows = Identifier.objects.filter(subject__in=chunk, kind__in=kinds).order_by("at")
    shown.update({(subject, kind): moment for subject, kind, moment in rows.values_list("subject", "kind", "at")})
    dues = [
        (subject, evidence, due)
        for subject, kind in shown
        for evidence in (each for each, by in SHOWN_BY.items() if by == kind)
        if (due := _first_due(evidence, subject, shown[subject, kind], at)) is not None
    ]
    if dues:
        subjects, evidences, moments = zip(*dues, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(WRITE_SQL, [array(subjects), ",".join(evidences), array(moments)])


def _first_due(evidence: Evidence, subject: int, learnt_at: datetime, at: datetime) -> datetime | None:
    if evidence is Evidence.NETWORK and at - learnt_at > ADDRESS_TELLS:
        return None
    life = half_life(evidence)
    due = life.due_at(evidence, subject, learnt_at=learnt_at)
    return due if due > at else life.spread_at(evidence, subject, now=at)


def _tell_of_devices(chunk: Sequence[int], at: datetime) -> None:
    """Who came first with a device hears that others came: when these are many, and until more say nothing more.

    And that it came changed, while no crowd comes with it: whether that is far is for whoever looks.
    """
    if not chunk:
        return
    asked: list[str | int] = [array(chunk), int(IdentifierKind.DEVICE), chunk[0], OTHERS_MOST + 1]
    with connection.cursor() as cursor:
        cursor.execute(CAME_SQL, asked)
        told = {value for value, number, before in cursor.fetchall() if before in _telling(number)}
    told.update(drifting.changed_with(chunk))
    hasten(News(Evidence.DEVICE, IdentifierKind.DEVICE, told), at=at)


def _telling(number: int) -> range:
    """How many there can have been before so many came, for that to be news."""
    return range(max(0, MANY - number), OTHERS_MOST + 1)


# --- what is due --------------------------------------------------------------------------------------------------


def due(evidence: Evidence, at: datetime, *, most: int) -> list[Due]:
    """Evidence of one kind whose moment has come: what somebody asked for, then what has been due for longest."""
    found: list[Due] = []
    for asked in (True, False):
        rows = due_rows(evidence, at, asked=asked)
        fields = rows.values_list("pk", "account_id", "due_at", "account__tier", "tries")[: most - len(found)]
        found += [
            Due(pk, account, evidence, moment, tier, asked, tries)
            for pk, account, moment, tier, tries in fields
            if moment is not None
        ]
    return found


def due_rows(evidence: Evidence, at: datetime, *, asked: bool) -> QuerySet[Recheck]:
    """The rows of one kind whose moment has come, the longest due first: found by an index, however many there are."""
    return Recheck.objects.filter(evidence=evidence, asked=asked, due_at__lte=at).order_by("due_at")


def all_due(at: datetime) -> QuerySet[Recheck]:
    """Every row whose moment has come, of whatever kind: by the same index."""
    return Recheck.objects.filter(evidence__in=list(Evidence), asked__in=[True, False], due_at__lte=at)


def waiting(at: datetime) -> Mapping[str, int]:
    """How many of each kind are due and not done."""
    found: dict[str, int] = defaultdict(int)
    for evidence in Evidence:
        found[evidence] = Recheck.objects.filter(evidence=evidence, due_at__lte=at).count()
    return found


def looked(rows: Sequence[Due], *, at: datetime) -> None:
    """They were looked at; each has its next moment. One that news brought forward meanwhile keeps that."""
    _move(rows, at, looked_at=at)


def put_off(rows: Sequence[Due], *, at: datetime) -> None:
    """They need not be looked at for now, which is no look."""
    _move(rows, at, looked_at=None)


def _move(rows: Sequence[Due], at: datetime, *, looked_at: datetime | None) -> None:
    following = [half_life(row.evidence).due_at(row.evidence, row.account_pk, learnt_at=at) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(MOVE_SQL, [looked_at, *_which(rows), array(following)])


def unanswered(row: Due, *, at: datetime) -> None:
    """Nobody answers for a value: what was told last stays, and it is asked for later and later."""
    pause = min(LONGEST_PAUSE, PAUSE * 2 ** min(row.tries, 16))
    _same(row).update(due_at=at + pause, tries=F("tries") + 1)


def let_go(rows: Sequence[Due]) -> None:
    """There is nothing to look at again for age."""
    with connection.cursor() as cursor:
        cursor.execute(LET_GO_SQL, _which(rows))


def _which(rows: Sequence[Due]) -> list[str]:
    return [array(row.pk for row in rows), array(row.due_at for row in rows)]


def asleep(rows: Iterable[Due]) -> None:
    """Nobody used these accounts for the half-life of `quiet`."""
    for row in rows:
        _same(row).update(due_at=None)


def learnt(account_pk: int, evidence: Evidence, *, at: datetime) -> None:
    """Something was told of an account for the first time, or by its own doing: its next moment runs from here."""
    due_at = half_life(evidence).due_at(evidence, account_pk, learnt_at=at)
    Recheck.objects.update_or_create(
        account_id=account_pk, evidence=evidence, defaults={"due_at": due_at, "looked_at": at, "tries": 0}
    )


def hasten(news: News, *, at: datetime) -> int:
    """Have all who showed one of the values looked at again now; how many rows were written."""
    written, values = 0, sorted(news.values)
    with connection.cursor() as cursor:
        for begin in range(0, len(values), VALUES_AT_ONCE):
            asked: dict[str, Any] = {
                "evidence": str(news.evidence),
                "kind": int(news.kind),
                "values": array(values[begin : begin + VALUES_AT_ONCE]),
                "since": news.since or EARLIEST,
                "but": news.but,
                "at": at,
            }
            cursor.execute(HASTEN_SQL, asked)
            written += cursor.rowcount
    return written


def ask_for(account_pk: int, evidence: Collection[Evidence], *, at: datetime) -> None:
    """Somebody wants all this of an account looked at now, whatever its tier."""
    for each in sorted(evidence):
        Recheck.objects.update_or_create(
            account_id=account_pk, evidence=each, defaults={"due_at": at, "asked": True, "tries": 0}
        )


def asked_of(account_pk: int) -> list[Due]:
    """What somebody asked for of an account and was not looked at yet."""
    rows = Recheck.objects.filter(account=account_pk, asked=True, due_at__isnull=False).order_by("evidence")
    fields = rows.values_list("pk", "evidence", "due_at", "account__tier", "tries")
    return [
        Due(pk, account_pk, Evidence(evidence), moment, tier, True, tries)
        for pk, evidence, moment, tier, tries in fields
        if moment is not None
    ]


def _same(row: Due) -> QuerySet[Recheck]:
    return Recheck.objects.filter(pk=row.pk, due_at=row.due_at)
