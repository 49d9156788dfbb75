"""A person is told by mail, once, at a mailbox that somebody has proven to read."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from celery import shared_task
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from config.lib.crypto import DecryptionError
from config.lib.peppers import every
from config.lib.tasks import again
from risk.identifiers import hashed
from tiers.ladder import CheckKind
from tiers.models import LapseNotice
from verification.appeal_models import Appeal
from verification.checks import CHECKS
from verification.checks.interface import CodeCheck
from verification.explanation import AGAIN, ANSWERED, ANSWERS, ASKED
from verification.languages import language_of
from verification.models import Check, Signup
from verification.providers import notice_provider, party
from verification.providers.guard import guarded
from verification.providers.interface import Notice, ProviderRefused, ProviderUnavailable, ProviderUnsure
from verification.states import CheckStatus
from verification.tasks.retrying import NOTICES

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be mailed once: the row that remembers it, whom it is for, and how it is written to a mailbox."""

    row: QuerySet[Any]
    signup: Signup
    written: Callable[[str], Notice]


@shared_task(name="verification.tell_person")
def tell_person(notice_pk: int, tries: int = 1) -> None:
    """Mail a notice. A second run finds it mailed; a worker killed on the way leaves it mailed with nothing out."""
    row = LapseNotice.objects.filter(pk=notice_pk)
    notice = row.select_related("account__signup").first()
    if notice is not None and row.filter(mailed_at=None).update(mailed_at=timezone.now()):
        signup = notice.account.signup
        letter = Letter(row, signup, lambda to: written(notice, to, language_of(signup)))
        if (pause := _mail(letter, tries)) is not None:
            again(tell_person, notice_pk, tries + 1, after=pause)


@shared_task(name="verification.tell_appeal")
def tell_appeal(appeal_pk: int, tries: int = 1) -> None:
    """Mail what came of an appeal, as `tell_person` does."""
    row = Appeal.objects.filter(pk=appeal_pk)
    appeal = row.defer("said").select_related("account__signup").first()
    if appeal is not None and row.filter(mailed_at=None).update(mailed_at=timezone.now()):
        signup = appeal.account.signup
        letter = Letter(row, signup, lambda to: answered(appeal, to, language_of(signup)))
        if (pause := _mail(letter, tries)) is not None:
            again(tell_appeal, appeal_pk, tries + 1, after=pause)


def _mail(letter: Letter, tries: int) -> float | None:
    """Mail it; in how many seconds to try again, where that is to be."""
    to = None if letter.signup.is_test else mailbox_of(letter.signup)
    if to is None:
        letter.row.update(mailed_at=None)
        return None
    message = letter.written(to)
    told = {"notice": message.key}
    try:
        guarded(party(CheckKind.EMAIL), lambda: notice_provider().tell(message))
    except ProviderRefused as refused:
        log.warning("A provider refused a notice.", extra={**told, "why": str(refused)})
        letter.row.update(mailed_at=None)
    except ProviderUnsure as unsure:
        log.warning("A provider did not say whether it sent a notice.", extra={**told, "why": str(unsure)})
    except ProviderUnavailable as away:
        log.warning("A provider is away.", extra={**told, "why": str(away), "tries": tries})
        letter.row.update(mailed_at=None)
        return NOTICES.pause(tries)
    return None


def mailbox_of(signup: Signup) -> str | None:
    """The mailbox of a signup, if a code sent there was entered for it: any other may be a stranger's."""
    check = CHECKS[CheckKind.EMAIL]
    try:
        to = check.recipient(signup.person) if isinstance(check, CodeCheck) else None
    except DecryptionError:
        return None
    if to is None or not isinstance(check, CodeCheck):
        return None
    passed = Check.objects.filter(signup=signup, kind=CheckKind.EMAIL, status=CheckStatus.PASSED)
    return to if passed.filter(recipient__in=every(hashed(check.identifier, to))).exists() else None


def written(notice: LapseNotice, to: str, language: str) -> Notice:
    """A notice in a language. It names what to confirm and until when; no tier, which is the product's own word."""
    with translation.override(language):
        told = {"falls_at": notice.falls_at, "ask": ASKED[CheckKind(notice.kind)]}
        text = render_to_string("mail/lapsing.txt", told)
        return Notice(f"lapse-{notice.pk}", to, str(AGAIN), text, language)


def answered(appeal: Appeal, to: str, language: str) -> Notice:
    """What came of an appeal, in a language: the result alone, and never why."""
    with translation.override(language):
        return Notice(f"appeal-{appeal.pk}", to, str(ANSWERED), str(ANSWERS[appeal.result]), language)
