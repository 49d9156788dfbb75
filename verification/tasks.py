"""What Celery runs. Tasks take ids, may run twice, and have their effect once."""

import logging
from collections.abc import Mapping, Sequence

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from config.lib.idempotency import forget_expired
from risk.devices import forget_unused
from risk.known_devices import LEARN_AT_ONCE, forget_rare, learn
from tiers.ladder import CheckKind
from verification import outbox, proving, recheck
from verification.checks import CHECKS
from verification.events import CheckPassed, CheckRequested
from verification.models import Check, Event, Source
from verification.providers import provider_of
from verification.providers.interface import CodeMessage, ProviderRefused, ProviderUnavailable

log = logging.getLogger(__name__)
SEND_TRIES = 5
SEND_PAUSE_SECONDS = 3  # doubled each time: the last try is under two minutes after the first


@shared_task(name="verification.relay_events")
def relay_events() -> int:
    """Queue the tasks of what has happened."""
    return outbox.relay(QUEUES)


def nudge() -> None:
    """Ask for a relay now, so that a code does not wait for the next beat.

    With the broker away nothing is lost: events are in the database, and beat relays them later.
    """
    try:
        relay_events.apply_async(retry=False, expires=60)
    except (OperationalError, OSError):
        log.warning("The broker is away; events wait for the next relay.")


@shared_task(name="verification.send_code", max_retries=None)
def send_code(check_pk: int, tries: int = 1) -> None:
    """Make and send the code of a check that was asked for. A second run finds it sent and does nothing.

    A worker killed between making and sending leaves the check `sent` with nothing out: the person asks again. The
    other way round a person would get two codes for one request.
    """
    prepared = proving.prepare_code(check_pk, at=timezone.now())
    if prepared is None:
        return
    check, code = prepared
    if check.signup.source == Source.TEST:
        return
    try:
        provider_of(CheckKind(check.kind)).send(CodeMessage(f"check-{check.pk}-{tries}", _recipient(check), code))
    except ProviderRefused as refused:
        log.warning("A provider refused a code.", extra={"check": check.pk, "why": str(refused)})
        proving.not_sent(check, final=True)
    except ProviderUnavailable as away:
        log.warning("A provider is away.", extra={"check": check.pk, "why": str(away), "tries": tries})
        proving.not_sent(check, final=tries >= SEND_TRIES)
        if tries < SEND_TRIES:
            pause = SEND_PAUSE_SECONDS * 2 ** (tries - 1)
            send_code.apply_async(args=(check_pk, tries + 1), countdown=pause)


@shared_task(
    name="verification.tell_provider",
    autoretry_for=(ProviderUnavailable,),
    retry_backoff=True,
    max_retries=5,
    throws=(ProviderRefused,),
)
def tell_provider(check_pk: int) -> None:
    """Tell the provider that its code came through."""
    check = Check.objects.select_related("signup").get(pk=check_pk)
    if check.signup.source != Source.TEST:
        provider_of(CheckKind(check.kind)).passed(_recipient(check))


@shared_task(name="verification.lapse_proofs")
def lapse_proofs() -> int:
    """Proofs past their half-life lapse, and tiers follow."""
    return len(recheck.lapse_due(timezone.now()))


@shared_task(name="verification.expire_checks")
def expire_checks() -> int:
    """Checks that nobody answered in time expire."""
    return proving.expire_due(timezone.now())


@shared_task(name="verification.learn_devices")
def learn_devices() -> int:
    """Count what the devices that came lately look like."""
    counted = total = learn()
    while counted == LEARN_AT_ONCE:
        counted = learn()
        total += counted
    return total


@shared_task(name="verification.forget")
def forget() -> None:
    """Delete what has served its time: sightings nobody came for, counts too many, answers kept for repeated calls."""
    forget_unused(timezone.now())
    forget_rare(timezone.now())
    forget_expired(timezone.now())


def _recipient(check: Check) -> str:
    to = CHECKS[CheckKind(check.kind)].recipient(check.signup.person)
    if to is None:
        raise ProviderRefused("recipient gone")
    return to


def _queue_code(event: Event) -> None:
    send_code.delay(event.data["check_id"])


def _queue_telling(event: Event) -> None:
    tell_provider.delay(event.data["check_id"])


QUEUES: Mapping[str, Sequence[outbox.Queue]] = {
    CheckRequested.type: (_queue_code,),
    CheckPassed.type: (_queue_telling,),
}
