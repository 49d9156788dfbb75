"""Codes are sent, and their providers hear which of them came through."""

import logging

from celery import shared_task
from django.utils import timezone

from config.lib.tasks import again
from tiers.ladder import CheckKind
from verification import codes
from verification.checks import CHECKS
from verification.checks.interface import CodeCheck
from verification.languages import language_of
from verification.models import Check
from verification.providers import code_provider, party
from verification.providers.guard import guarded
from verification.providers.interface import CodeMessage, ProviderRefused, ProviderUnavailable, ProviderUnsure
from verification.tasks.retrying import CODES, TELLING

log = logging.getLogger(__name__)


@shared_task(name="verification.send_code")
def send_code(check_pk: int, tries: int = 1) -> None:
    """Make and send the code of a check that was asked for. A second run finds it sent and does nothing.

    A worker killed between making and sending leaves the check `sent` with nothing out, and so may a provider that does
    not say whether it has sent: the person asks again. The other way round they would get two codes for one request.
    """
    prepared = codes.prepare(check_pk, at=timezone.now())
    if prepared is None:
        return
    check, code = prepared
    if check.signup.is_test:
        return
    try:
        message = CodeMessage(
            f"check-{check.pk}-{tries}", _recipient(check), code, check.channel, language_of(check.signup)
        )
        guarded(party(check.kind), lambda: code_provider(CheckKind(check.kind)).send(message))
    except ProviderRefused as refused:
        log.warning("A provider refused a code.", extra={"check": check.pk, "why": str(refused)})
        codes.not_sent(check, final=True)
    except ProviderUnsure as unsure:
        log.warning("A provider did not say whether it sent a code.", extra={"check": check.pk, "why": str(unsure)})
    except ProviderUnavailable as away:
        log.warning("A provider is away.", extra={"check": check.pk, "why": str(away), "tries": tries})
        pause = CODES.pause(tries)
        codes.not_sent(check, final=pause is None)
        if pause is not None:
            again(send_code, check_pk, tries + 1, after=pause)


@shared_task(name="verification.tell_provider")
def tell_provider(check_pk: int, tries: int = 1) -> None:
    """Tell the provider that its code came through."""
    check = Check.objects.select_related("signup").get(pk=check_pk)
    if check.signup.is_test:
        return
    try:
        to = _recipient(check)
        guarded(party(check.kind), lambda: code_provider(CheckKind(check.kind)).passed(to))
    except ProviderRefused as refused:
        log.info("A provider does not want to know.", extra={"check": check.pk, "why": str(refused)})
    except ProviderUnavailable as away:
        log.warning("A provider is away.", extra={"check": check.pk, "why": str(away), "tries": tries})
        if (pause := TELLING.pause(tries)) is not None:
            again(tell_provider, check_pk, tries + 1, after=pause)


def _recipient(check: Check) -> str:
    kind = CHECKS[CheckKind(check.kind)]
    to = kind.recipient(check.signup.person) if isinstance(kind, CodeCheck) else None
    if to is None:
        raise ProviderRefused("recipient gone")
    return to
