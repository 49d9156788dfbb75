"""Counting whom signing up cost what: first decisions as they come, what followed a day later, labels when heard of.

PostgreSQL has the truth in assessments, checks, proofs and labels; the tallies are what adding it up once gives, and
`recount` gives it again. Each batch is one transaction under the lock on the row that says how far counting has come:
a batch that was killed was not counted, and two workers count one after the other.
"""

import logging
import math
import time
from collections.abc import Collection, Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import Max

from risk.facts import Facts
from risk.groups import groups_of
from risk.judged import judged
from risk.models import Assessment, Label, StoredPolicy
from risk.outcome import Outcome
from risk.policies.store import parsed
from risk.policyerror import PolicyError
from tiers.ladder import CheckKind, Merits
from tiers.standing import ladder_of
from verification.friction import tallies
from verification.friction.tallies import Tick
from verification.friction_models import FrictionAbuse, FrictionProgress, FrictionTally
from verification.states import Cause

log = logging.getLogger(__name__)
BATCH = 1000  # ids looked at in one transaction
SETTLED = timedelta(seconds=60)  # who was writing so long ago has ended: no transaction here takes a tenth of it
FOLLOWED = timedelta(days=1)  # after which it is looked at what became of a signup; FOLLOW_SQL has it too
KEPT = timedelta(days=120)  # of which there are tallies
TELLING = frozenset({CheckKind.EMAIL, CheckKind.PHONE, CheckKind.PAYMENT, CheckKind.DOCUMENT})  # not a program's own
FACTS = msgspec.json.Decoder(Facts)

FIRST_SQL = """
SELECT first.subject, first.facts::text, first.outcome
FROM risk_assessment first JOIN tiers_account account ON account.id = first.subject
WHERE first.id > %s AND first.id <= %s AND first.cause = %s AND NOT account.test AND first.at >= %s
ORDER BY first.id
"""
YOUNG_SQL = """
SELECT min(id) FROM risk_assessment WHERE id > %s AND id <= %s AND cause = %s AND at > %s
"""
FOLLOW_SQL = """
SELECT first.subject, first.facts::text, first.outcome,
       EXISTS (SELECT FROM verification_check asked JOIN verification_signup signup ON signup.id = asked.signup_id
               WHERE signup.account_id = first.subject AND asked.requested_at <= first.at + interval '1 day'),
       ARRAY(SELECT kind FROM verification_proof
             WHERE account_id = first.subject AND passed_at <= first.at + interval '1 day'),
       later.outcome, later.policy_digest, ARRAY(SELECT jsonb_array_elements_text(later.facts->'proofs')),
       CASE WHEN coalesce(later.facts->>'word', later.facts->>'forced') IS NULL THEN later.score ELSE 0 END
FROM risk_assessment first JOIN tiers_account account ON account.id = first.subject
JOIN LATERAL (SELECT outcome, score, policy_digest, facts FROM risk_assessment latest
              WHERE latest.subject = first.subject AND latest.at <= first.at + interval '1 day'
              ORDER BY latest.id DESC LIMIT 1) later ON true
WHERE first.id > %s AND first.id <= %s AND first.cause = %s AND NOT account.test AND first.at >= %s
ORDER BY first.id
"""
FACTS_SQL = """
SELECT subject, facts::text FROM risk_assessment WHERE subject = ANY(%s) AND cause = %s AND at >= %s
"""


@dataclass(frozen=True, slots=True)
class Followed:
    """What had become of a signup a day after it."""

    first: Outcome
    asked: bool
    passed: frozenset[str]  # kinds of checks
    last: Outcome
    held: bool

    @property
    def counts(self) -> tuple[str, ...]:
        """What it counts as."""
        stepped_up = self.asked and self.first is not Outcome.ALLOW
        free = {Outcome.ALLOW, Outcome.CHALLENGE}
        proven = self.first is Outcome.CHALLENGE and self.last in free and not TELLING.isdisjoint(self.passed)
        cleared = proven or (self.first is Outcome.ALLOW and self.last in free)
        told = {
            "followed": True,
            "asked": stepped_up,
            "passed": stepped_up and bool(self.passed),
            "held": self.held,
            "proven": proven,
            "cleared": cleared,
        }
        return tuple(name for name, is_so in told.items() if is_so)


def count(now: datetime, *, seconds: float = math.inf) -> int:
    """Count what can be counted now; returns how many ids were looked at. Safe to run twice, and at once.

    Past so many seconds it ends after the batch at hand, and the next call goes on.
    """
    began, total = time.monotonic(), 0
    while done := _batch(now):
        total += done
        if time.monotonic() - began > seconds:
            break
    return total


def recount(now: datetime) -> Generator[int, None, None]:
    """Count everything anew: how many ids each batch looked at. Stopped in between, `count` goes on.

    Raises:
        django.db.OperationalError: somebody writes for longer than writing takes; nothing is changed.

    """
    with transaction.atomic():
        progress = locked()
        progress.counted_to = progress.followed_to = progress.labelled_to = 0
        FrictionTally.objects.all().delete()
        FrictionAbuse.objects.all().delete()
        _settle_at_once(progress, now)
    while done := _batch(now):
        yield done


def locked() -> FrictionProgress:
    """How far counting has come, with its lock, in the transaction of the caller."""
    FrictionProgress.objects.bulk_create([FrictionProgress(pk=1)], ignore_conflicts=True)
    return FrictionProgress.objects.select_for_update().get(pk=1)


def _batch(now: datetime) -> int:
    with transaction.atomic():
        progress = locked()
        _settle(progress, now)
        done = _count(progress, now) + _follow(progress, now) + _label(progress, now)
        if not done:
            progress.counted_at = now
        progress.save()
    return done


def _settle(progress: FrictionProgress, now: datetime) -> None:
    """What had been given by a moment long enough ago may be counted: everybody who was writing then has ended."""
    if progress.seen_at is not None and now - progress.seen_at < SETTLED:
        return
    progress.settled, progress.labels_settled = progress.seen, progress.labels_seen
    progress.seen = Assessment.objects.aggregate(last=Max("id"))["last"] or 0
    progress.labels_seen = Label.objects.aggregate(last=Max("id"))["last"] or 0
    progress.seen_at = now


def _settle_at_once(progress: FrictionProgress, now: datetime) -> None:
    """Let all who write end, and nobody begin meanwhile: then all that is there may be counted."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute("LOCK TABLE risk_assessment, risk_label IN SHARE MODE")
    progress.seen_at = None
    for _ in range(2):  # what is seen, and that as settled
        _settle(progress, now)
        progress.seen_at = None
    progress.seen_at = now
    progress.save()


def _count(progress: FrictionProgress, now: datetime) -> int:
    first, last = progress.counted_to, min(progress.counted_to + BATCH, progress.settled)
    if last <= first:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(FIRST_SQL, [first, last, Cause.SIGNUP, now - KEPT])
        rows = cursor.fetchall()
    tallies.add(_ticks((facts, (outcome,)) for _, facts, outcome in rows))
    progress.counted_to = last
    return last - first


def _follow(progress: FrictionProgress, now: datetime) -> int:
    first, last = progress.followed_to, min(progress.followed_to + BATCH, progress.counted_to)
    with connection.cursor() as cursor:
        cursor.execute(YOUNG_SQL, [first, last, Cause.SIGNUP, now - FOLLOWED])
        (young,) = cursor.fetchone()
        last = last if young is None else young - 1
        if last <= first:
            return 0
        cursor.execute(FOLLOW_SQL, [first, last, Cause.SIGNUP, now - KEPT])
        rows = cursor.fetchall()
    tallies.add(_ticks((row[1], _followed(row[2:]).counts) for row in rows))
    progress.followed_to = last
    return last - first


def _followed(row: tuple[Any, ...]) -> Followed:
    first, asked, passed, last, digest, proofs, score = row
    known = frozenset(kind for kind in CheckKind if kind in proofs)
    held = _held(digest, Merits(known, Outcome(last), score))
    return Followed(Outcome(first), asked, frozenset(passed), Outcome(last), held)


def _held(digest: str, merits: Merits) -> bool:
    """By the policy that judged; by none where it is stored no more, or cannot be read."""
    try:
        return ladder_of(parsed(digest)).place(merits).held
    except (StoredPolicy.DoesNotExist, PolicyError):
        return False


def _label(progress: FrictionProgress, now: datetime) -> int:
    """Labels heard of since: whoever is found to be abusive counts so, and no longer when that is taken back."""
    first, last = progress.labelled_to, min(progress.labelled_to + BATCH, progress.labels_settled)
    if last <= first or progress.counted_to < progress.settled:  # every account before its labels
        return 0
    subjects = set(Label.objects.filter(id__gt=first, id__lte=last).values_list("subject", flat=True))
    verdicts = judged(subjects, known_by=now)
    abusive = {subject for subject in subjects if subject in verdicts and verdicts[subject].abuse}
    counted = set(FrictionAbuse.objects.filter(subject__in=subjects).values_list("subject", flat=True))
    new, gone = abusive - counted, counted - abusive
    found = _first_facts(new | gone, now)
    tallies.add(_ticks((found[subject], ("abusive",)) for subject in new & found.keys()))
    tallies.add(_ticks(((found[subject], ("abusive",)) for subject in gone & found.keys()), by=-1))
    FrictionAbuse.objects.filter(subject__in=gone).delete()
    FrictionAbuse.objects.bulk_create([FrictionAbuse(subject=subject) for subject in new & found.keys()])
    progress.labelled_to = last
    return last - first


def _first_facts(subjects: Collection[int], now: datetime) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(FACTS_SQL, [list(subjects), Cause.SIGNUP, now - KEPT])
        return dict(cursor.fetchall())


def _ticks(counted: Iterable[tuple[str, Iterable[str]]], *, by: int = 1) -> Iterator[Tick]:
    """Of stored facts and what they count as. What no release of today can read counts nowhere, and stops nothing."""
    for stored, counts in counted:
        try:
            facts = FACTS.decode(stored)
        except msgspec.MsgspecError:
            log.exception("Facts of a signup cannot be read; it is not counted.")
            continue
        yield Tick(facts.at.astimezone(UTC).date(), groups_of(facts), tuple(counts), by)
