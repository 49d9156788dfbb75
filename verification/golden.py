"""Golden accounts: of these it is known what is right.

Analysts get one now and then without being told, and their words on it are held against the truth and against each
other's. Such a word changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from config.lib import audit
from risk.facts import Word
from tiers.models import Account
from verification.claims import HELD_FOR
from verification.decide import CASE
from verification.desk_models import Golden, GoldenAnswer
from verification.models import Case, Review

AGREEMENT_SQL = """
SELECT person.username, count(*), count(*) FILTER (WHERE answer.word = golden.truth),
       count(*) FILTER (WHERE answer.word = 'hold'),
       (SELECT count(*) FROM verification_goldenanswer other JOIN verification_goldenanswer own
            ON own.golden_id = other.golden_id AND own.analyst_id = person.id AND other.analyst_id <> person.id
        WHERE own.at >= %(since)s),
       (SELECT count(*) FROM verification_goldenanswer other JOIN verification_goldenanswer own
            ON own.golden_id = other.golden_id AND own.analyst_id = person.id AND other.analyst_id <> person.id
        WHERE own.at >= %(since)s AND own.word = other.word)
FROM verification_goldenanswer answer
JOIN verification_golden golden ON golden.id = answer.golden_id
JOIN auth_user person ON person.id = answer.analyst_id
WHERE answer.at >= %(since)s GROUP BY person.id, person.username ORDER BY person.username
"""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How an analyst's words on golden accounts stand to the truth, and to those of others on the same accounts."""

    analyst: str
    answered: int
    right: int
    held: int
    pairs: int  # with words of others on the same accounts
    same: int  # of these, the same word


def make(account: Account, *, truth: Word, why: str, by: User, at: datetime) -> Golden:
    """Make an account golden. Raises ValueError without a reason, or for a truth that is no decision."""
    if truth not in (Word.APPROVE, Word.DENY) or not why.strip():
        raise ValueError("A golden account needs what is right, approve or deny, and how that is known.")
    with transaction.atomic():
        told = {"truth": truth, "why": why.strip(), "by": by, "at": at, "ended_at": None}
        golden, _ = Golden.objects.update_or_create(account=account, defaults=told)
        _audit("golden.make", golden, by)
    return golden


def end(golden: Golden, *, by: User, at: datetime) -> None:
    """Give it to nobody any more. What was said of it stays."""
    with transaction.atomic():
        Golden.objects.filter(pk=golden.pk).update(ended_at=at)
        Case.objects.filter(golden=golden, closed_at=None).update(closed_at=at)
        _audit("golden.end", golden, by)


def seed(analyst: User, *, at: datetime) -> Case | None:
    """A golden case for an analyst, claimed, where it is time for one and there is one that they do not know."""
    if not settings.GOLDEN_EVERY or _words_since(analyst) < settings.GOLDEN_EVERY:
        return None
    knows = Review.objects.filter(account=OuterRef("account"), analyst=analyst)
    busy = Case.objects.filter(account=OuterRef("account"), closed_at=None)
    answered = GoldenAnswer.objects.filter(golden=OuterRef("pk"), analyst=analyst)
    with transaction.atomic():
        waiting = Golden.objects.select_for_update(skip_locked=True).filter(ended_at=None).exclude(by=analyst)
        golden = waiting.exclude(Exists(knows)).exclude(Exists(busy)).exclude(Exists(answered)).order_by("?").first()
        if golden is None:
            return None
        due = at + timedelta(hours=settings.CASE_HOURS)
        claim = {"claimed_by": analyst, "claimed_until": at + HELD_FOR}
        return Case.objects.create(
            account_id=golden.account_id, kind=CASE, opened_at=at, due_at=due, golden=golden, **claim
        )


def case_of(account: Account, analyst: User) -> Case | None:
    """The golden case that an analyst has of an account now."""
    return Case.objects.filter(account=account, golden__isnull=False, claimed_by=analyst, closed_at=None).first()


def answer(case: Case, word: Word | None, *, analyst: User, at: datetime) -> None:
    """Keep what was said; no word: the case is given back unanswered."""
    with transaction.atomic():
        if word is not None and case.golden is not None:
            GoldenAnswer.objects.get_or_create(golden=case.golden, analyst=analyst, defaults={"word": word, "at": at})
            _audit("golden.answer", case.golden, analyst)
        Case.objects.filter(pk=case.pk).update(closed_at=at)


def agreement(since: datetime) -> Sequence[Agreement]:
    """How each analyst's words stand since a moment."""
    with connection.cursor() as cursor:
        cursor.execute(AGREEMENT_SQL, {"since": since})
        return [Agreement(*row) for row in cursor.fetchall()]


def _words_since(analyst: User) -> int:
    """How many words an analyst gave since the last golden case, counted no further than it matters."""
    last = GoldenAnswer.objects.filter(analyst=analyst).order_by("-at").values_list("at", flat=True).first()
    words = Review.objects.filter(analyst=analyst)
    return (words.filter(at__gt=last) if last else words)[: settings.GOLDEN_EVERY].count()


def _audit(act: str, golden: Golden, by: User) -> None:
    """Under its own name: on the page of the account an entry would give it away."""
    audit.append(actor=f"user:{by.pk}", act=act, subject=f"golden:{golden.pk}", details={})
