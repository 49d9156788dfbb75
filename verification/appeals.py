"""A person appeals: somebody who has not decided before looks again, and the person is told what came of it.

Whoever is stopped or held may appeal, once at a time, and adds what they want to say. The appeal is a case of its own
with a clock. An analyst answers it by a word for or against the account, or by letting what was decided stand; and
where the account comes to be allowed meanwhile, by a check passed for one, the appeal is over by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from config.lib import audit
from risk.facts import Word
from risk.models import Assessment, RingChange, RingMember
from risk.outcome import Outcome
from tiers.models import Account
from verification import outbox
from verification.appeal_models import CASE_OF_APPEAL, Appeal
from verification.events import AppealOpened, CaseOpened, Happening
from verification.models import Case, Review
from verification.recheck import lock
from verification.settling import settle
from verification.states import AppealResult

SAID_MOST = 2000  # characters of one text
TEXTS_MOST = 5  # of one appeal
AGAIN = timedelta(days=30)  # after an appeal was upheld, unless the account is worse off by then
USER = "user:"  # how histories name people
ANSWERS = {Word.APPROVE: AppealResult.OVERTURNED, Word.DENY: AppealResult.UPHELD}  # a hold goes on looking


class AppealRefused(ValueError):
    """There is nothing to appeal, or not again so soon; the message says why."""


class NotYours(AppealRefused):
    """An analyst would answer an appeal of what they decided themselves."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person's right to appeal stands: what is open, what was answered last, and from when they may again."""

    appeal: Appeal | None
    last: Appeal | None
    may_from: datetime | None  # None: there is nothing to appeal, or one is open


def appealable(account: Account) -> bool:
    """Whether there is anything to appeal: an outcome worse than allow, or risk that holds the account."""
    return account.outcome != Outcome.ALLOW or account.held


def standing(account: Account) -> Standing:
    """Where an account's appeals stand. One query."""
    newest = list(account.appeals.order_by("-opened_at", "-pk")[:2])
    appeal = next((one for one in newest if one.answered_at is None), None)
    last = next((one for one in newest if one.answered_at is not None), None)
    may = None if appeal or not appealable(account) else _may_from(account, last)
    return Standing(appeal, last, may)


def open_appeal(account_pk: int, *, text: str, at: datetime) -> Appeal:
    """Take an appeal in, with what the person says (it may be nothing), as a case of its own.

    Raises:
        AppealRefused: there is nothing to appeal, one is open, or one was upheld lately.
        Account.DoesNotExist: there is no such account.

    """
    with transaction.atomic():
        locked = lock([account_pk])
        if not locked:
            raise Account.DoesNotExist
        account = locked[0][0]
        _refuse(account, at)
        appeal = Appeal.objects.create(
            account=account,
            opened_at=at,
            due_at=at + timedelta(hours=settings.APPEAL_HOURS),
            outcome=account.outcome,
            tier=account.tier,
            against=_against(account),
            said=[_said(text, at)] if text.strip() else [],
        )
        case = Case.objects.create(account=account, kind=CASE_OF_APPEAL, opened_at=at, due_at=appeal.due_at)
        told = [
            AppealOpened(account.account_id, appeal.pk, appeal.due_at.isoformat()),
            CaseOpened(account.account_id, case.pk, case.kind),
        ]
        outbox.write([(account, event) for event in told], at=at)
    return appeal


def add(appeal: Appeal, *, text: str, at: datetime) -> None:
    """Put another text of the person's to an open appeal.

    Raises:
        AppealRefused: it is answered, or has as many texts as one may have.

    """
    with transaction.atomic():
        found = Appeal.objects.select_for_update().filter(pk=appeal.pk, answered_at=None).first()
        if found is None:
            raise AppealRefused("The appeal is answered already.")
        if len(found.said) >= TEXTS_MOST:
            raise AppealRefused(f"An appeal has {TEXTS_MOST} texts at the most.")
        found.said = [*found.said, _said(text, at)]
        found.save(update_fields=["said"])


def answered_by(account: Account, word: Word | None, *, analyst: User, at: datetime) -> list[Happening]:
    """What a word on an account makes of its open appeal; None: what was decided stands. Inside a transaction.

    Raises:
        NotYours: the analyst decided before.

    """
    if not account.appeals.filter(answered_at=None).exists():
        return []
    if analyst.pk in decided_before(account):
        raise NotYours("You decided here before: an appeal is for somebody else to answer.")
    result = AppealResult.UPHELD if word is None else ANSWERS.get(word)
    return [event for _, event in settle([account], result, at=at, by=analyst)] if result else []


def uphold(account_pk: int, *, note: str, analyst: User, at: datetime) -> None:
    """Let what was decided stand. It needs no new decision.

    Raises:
        AppealRefused: there is no note, or no appeal that is open.
        NotYours: the analyst decided before.
        Account.DoesNotExist: there is no such account.

    """
    if not note.strip():
        raise AppealRefused("Say why in a note.")
    with transaction.atomic():
        locked = lock([account_pk])
        if not locked:
            raise Account.DoesNotExist
        account = locked[0][0]
        events = answered_by(account, None, analyst=analyst, at=at)
        if not events:
            raise AppealRefused("No appeal is open.")
        outbox.write([(account, event) for event in events], at=at)
        details = {"appeal": events[0].data()["appeal_id"]}
        Appeal.objects.filter(pk=details["appeal"]).update(note=note)
        actor, subject = f"{USER}{analyst.pk}", f"account:{account.pk}"
        audit.append(actor=actor, act="appeal.uphold", subject=subject, details=details)


def decided_before(account: Account) -> set[int]:
    """The keys of the analysts who decided on an account or on its ring before: not those to answer its appeal."""
    opened = account.appeals.filter(answered_at=None).values_list("opened_at", flat=True).first() or timezone.now()
    words = Review.objects.filter(account=account, at__lte=opened).values_list("analyst_id", flat=True)
    rings = RingMember.objects.filter(subject=account.pk).values("ring")
    acts = RingChange.objects.filter(ring__in=rings, by__startswith=USER, at__lte=opened)
    of_ring = (by.removeprefix(USER) for by in acts.values_list("by", flat=True))
    return {*words, *(int(key) for key in of_ring if key.isdecimal())}


def _refuse(account: Account, at: datetime) -> None:
    stands = standing(account)
    if stands.appeal is not None:
        raise AppealRefused("An appeal is open already.")
    if stands.may_from is None:
        raise AppealRefused("There is nothing to appeal: the account is open.")
    if stands.may_from > at:
        raise AppealRefused(f"It was looked at again lately; appeal again from {stands.may_from:%Y-%m-%d} on.")


def _may_from(account: Account, last: Appeal | None) -> datetime:
    """At once, unless what stands is what was upheld."""
    if last is None or last.answered_at is None or last.result != AppealResult.UPHELD:
        return account.created_at
    worse = Outcome(account.outcome).severity > Outcome(last.outcome).severity
    return account.created_at if worse else last.answered_at + AGAIN


def _against(account: Account) -> list[str]:
    reasons = Assessment.objects.filter(subject=account.pk).order_by("-pk").values_list("reasons", flat=True)[0]
    return sorted({line["code"] for line in reasons if line["weight"] > 0})


def _said(text: str, at: datetime) -> dict[str, str]:
    return {"at": at.isoformat(), "text": text.strip()[:SAID_MOST]}
