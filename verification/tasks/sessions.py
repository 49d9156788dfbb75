"""Sessions at outside parties are opened and settled, and what parties call back to tell is handled."""

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from config.lib import errands, tasks
from config.lib.errands import Wanted
from config.lib.tasks import again
from tiers.ladder import CheckKind
from verification import callbacks, check_moves, reports, sessions
from verification.models import Callback, Check
from verification.providers import party, session_provider
from verification.providers.guard import guarded
from verification.providers.interface import Progress, ProviderRefused, ProviderUnavailable
from verification.states import CheckStatus
from verification.tasks.reports import apply_report, take_report
from verification.tasks.retrying import SESSIONS, SETTLING

log = logging.getLogger(__name__)
SWEEP_AFTER = timedelta(minutes=1)


@shared_task(name="verification.open_session")
def open_session(check_pk: int, tries: int = 1) -> None:
    """Open the session of a check that was asked for. The party makes one of two tries with the same key."""
    wanted = sessions.wanted(check_pk)
    if wanted is None:
        return
    kind = CheckKind(wanted.check.kind)
    test = wanted.check.signup.is_test
    provider = session_provider(kind, test=test)
    try:
        session = guarded(party(kind, test=test), lambda: provider.open(wanted.key, wanted.account_id))
    except ProviderRefused as refused:
        log.warning("A provider refused a session.", extra={"check": check_pk, "why": str(refused)})
        sessions.refused(wanted.check)
    except ProviderUnavailable as away:
        log.warning("A provider is away.", extra={"check": check_pk, "why": str(away), "tries": tries})
        pause = SESSIONS.pause(tries)
        if pause is None:
            sessions.refused(wanted.check)
        else:
            again(open_session, check_pk, tries + 1, after=pause)
    else:
        sessions.opened(wanted.check, session.reference, session.shown, at=timezone.now())


@shared_task(name="verification.settle_session")
def settle_session(check_pk: int, tries: int = 1) -> None:
    """Ask the party what came of a session, and pass or fail its check."""
    check = Check.objects.select_related("signup__account").get(pk=check_pk)
    if check.status != CheckStatus.SENT or not check.reference:
        return
    kind = CheckKind(check.kind)
    test = check.signup.is_test
    provider = session_provider(kind, test=test)
    try:
        result = guarded(party(kind, test=test), lambda: provider.result(check.reference))
    except ProviderRefused as refused:
        log.warning("A provider does not know a session.", extra={"check": check_pk, "why": str(refused)})
        check_moves.failed(check, at=timezone.now())
    except ProviderUnavailable as away:
        log.warning("A provider is away.", extra={"check": check_pk, "why": str(away), "tries": tries})
        pause = SETTLING.pause(tries)
        if pause is not None:
            again(settle_session, check_pk, tries + 1, after=pause)
    else:
        if result.progress is Progress.PASSED:
            sessions.settled(check, result.told, at=timezone.now())
        elif result.progress is Progress.FAILED:
            check_moves.failed(check, at=timezone.now())
        elif result.shown is not None:
            sessions.shown_anew(check, result.shown)


@shared_task(name="verification.handle_callback")
def handle_callback(callback_pk: int) -> None:
    """Do what a callback calls for. Done twice it changes nothing: the party is asked, whatever the callback says.

    What cannot be done now stays unhandled, and the sweep brings it again.
    """
    callback, now = Callback.objects.get(pk=callback_pk), timezone.now()
    if callback.handled_at is not None:
        return
    try:
        if callback.body.get("reports"):
            _report(callback, now)
        else:
            _settle(callback, now)
    except ProviderUnavailable as away:
        log.warning("A provider is away.", extra={"callback": callback_pk, "why": str(away)})


def _settle(callback: Callback, now: datetime) -> None:
    """What is to be settled is written down with the mark that the callback is handled, so that neither is lost."""
    checks = list(callbacks.checks_of(callback))
    if not checks and callbacks.too_early(callback, at=now):
        return
    with transaction.atomic():
        wanted = errands.note([Wanted(settle_session.name, (check.pk,)) for check in checks], at=now)
        callbacks.handled(callback, at=now)
    tasks.send(wanted)


def _report(callback: Callback, now: datetime) -> None:
    try:
        take_report(callback)
    except ProviderRefused as refused:
        log.warning("A provider does not know what it called back.", extra={"why": str(refused)})
    callbacks.handled(callback, at=now)


def queue_callback(callback_pk: int) -> None:
    """Have a callback handled now. With the broker away it is swept up later."""
    try:
        handle_callback.apply_async(args=(callback_pk,), retry=False)
    except (OperationalError, OSError):
        log.warning("The broker is away; a callback waits for the sweep.")


@shared_task(name="verification.sweep_callbacks")
def sweep_callbacks() -> int:
    """Queue again what was called back and not handled, and what was reported and not applied to everybody."""
    before = timezone.now() - SWEEP_AFTER
    waiting, unapplied = callbacks.waiting(before=before), reports.waiting(before=before)
    for callback_pk in waiting:
        handle_callback.delay(callback_pk)
    for report_pk in unapplied:
        apply_report.delay(report_pk)
    return len(waiting) + len(unapplied)
