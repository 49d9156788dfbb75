"""Events of the outbox become tasks."""

import logging
from collections.abc import Mapping, Sequence

from celery import shared_task
from kombu.exceptions import OperationalError

from tiers.ladder import CheckKind
from verification import outbox
from verification.checks import CHECKS
from verification.checks.interface import CodeCheck, HostedCheck
from verification.events import (
    CheckAnswered,
    CheckPassed,
    CheckRequested,
    LookupsRequested,
    RingConfirmed,
    RingContained,
    RingDismissed,
    RingReleased,
    RingReopened,
    TierLapsing,
)
from verification.models import Event
from verification.tasks.codes import send_code, tell_provider
from verification.tasks.notices import tell_person
from verification.tasks.outside import ask_outside
from verification.tasks.rings import apply_ring
from verification.tasks.sessions import open_session, settle_session
from verification.tasks.webhooks import queue_turns
from verification.webhooks import deliveries

log = logging.getLogger(__name__)


@shared_task(name="verification.relay_events")
def relay_events() -> int:
    """Queue the tasks of what has happened, and turns for the endpoints of webhooks that have something due."""
    relayed = outbox.relay(QUEUES, takers=[deliveries.make])
    queue_turns()
    return relayed


def nudge() -> None:
    """Ask for a relay now, so that a code does not wait for the next beat.

    With the broker away nothing is lost: events are in the database, and beat relays them later.
    """
    try:
        relay_events.apply_async(retry=False, expires=60)
    except (OperationalError, OSError):
        log.warning("The broker is away; events wait for the next relay.")


def _queue_asked(event: Event) -> None:
    kind = CHECKS.get(CheckKind(event.data["kind"]))
    if isinstance(kind, CodeCheck):
        send_code.delay(event.data["check_id"])
    elif isinstance(kind, HostedCheck):
        open_session.delay(event.data["check_id"])


def _queue_settling(event: Event) -> None:
    settle_session.delay(event.data["check_id"])


def _queue_telling(event: Event) -> None:
    if isinstance(CHECKS.get(CheckKind(event.data["kind"])), CodeCheck):
        tell_provider.delay(event.data["check_id"])


def _queue_lookups(event: Event) -> None:
    if event.account_id is None:
        return
    for lookup in event.data["lookups"]:
        ask_outside.delay(event.account_id, lookup)


def _queue_notice(event: Event) -> None:
    tell_person.delay(event.data["notice_id"])


def _queue_ring(event: Event) -> None:
    apply_ring.delay(event.data["ring"])


QUEUES: Mapping[str, Sequence[outbox.Queue]] = {
    LookupsRequested.type: (_queue_lookups,),
    TierLapsing.type: (_queue_notice,),
    CheckRequested.type: (_queue_asked,),
    CheckAnswered.type: (_queue_settling,),
    CheckPassed.type: (_queue_telling,),
    RingContained.type: (_queue_ring,),
    RingReleased.type: (_queue_ring,),
    RingConfirmed.type: (_queue_ring,),
    RingDismissed.type: (_queue_ring,),
    RingReopened.type: (_queue_ring,),
}
