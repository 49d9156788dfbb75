"""A person is told by mail that a tier will lapse, once, at a mailbox that somebody has proven to read."""

import logging

from celery import shared_task
from django.template.loader import render_to_string
from django.utils import timezone, translation

from config.lib.crypto import DecryptionError
from config.lib.peppers import every
from config.lib.tasks import again
from risk.identifiers import hashed
from tiers.ladder import CheckKind
from tiers.models import LapseNotice
from verification.checks import CHECKS
from verification.checks.interface import CodeCheck
from verification.explanation import AGAIN, ASKED
from verification.languages import language_of
from verification.models import Check, Signup
from verification.providers import notice_provider, party
from verification.providers.guard import guarded
from verification.providers.interface import Notice, ProviderRefused, ProviderUnavailable, ProviderUnsure
from verification.states import CheckStatus
from verification.tasks.retrying import NOTICES

log = logging.getLogger(__name__)


@shared_task(name="verification.tell_person")
def tell_person(notice_pk: int, tries: int = 1) -> None:
    """Mail a notice. A second run finds it mailed; a worker killed on the way leaves it mailed with nothing out."""
    if not LapseNotice.objects.filter(pk=notice_pk, mailed_at=None).update(mailed_at=timezone.now()):
        return
    notice = LapseNotice.objects.select_related("account__signup").get(pk=notice_pk)
    signup = notice.account.signup
    to = None if signup.is_test else mailbox_of(signup)
    if to is None:
        _not_mailed(notice_pk)
        return
    try:
        message = written(notice, to, language_of(signup))
        guarded(party(CheckKind.EMAIL), lambda: notice_provider().tell(message))
    except ProviderRefused as refused:
        log.warning("A provider refused a notice.", extra={"notice": notice_pk, "why": str(refused)})
        _not_mailed(notice_pk)
    except ProviderUnsure as unsure:
        log.warning("A provider did not say whether it sent a notice.", extra={"notice": notice_pk, "why": str(unsure)})
    except ProviderUnavailable as away:
        log.warning("A provider is away.", extra={"notice": notice_pk, "why": str(away), "tries": tries})
        _not_mailed(notice_pk)
        if (pause := NOTICES.pause(tries)) is not None:
            again(tell_person, notice_pk, tries + 1, after=pause)


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


def _not_mailed(notice_pk: int) -> None:
    LapseNotice.objects.filter(pk=notice_pk).update(mailed_at=None)
