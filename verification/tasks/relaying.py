"""Events of the outbox become errands."""

import logging
from collections.abc import Iterable, Mapping

from celery import shared_task
from kombu.exceptions import OperationalError

from config.lib import tasks
from config.lib.errands import Wanted
from tiers.ladder import CheckKind
from verification import outbox
from verification.checks import CHECKS
from verification.checks.interface import CodeCheck, HostedCheck
from verification.events import (
    AppealAnswered,
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
from verification.tasks.notices import tell_appeal, tell_person
from verification.tasks.outside import ask_outside
from verification.tasks.rings import apply_ring
from verification.tasks.sessions import open_session, settle_session
from verification.tasks.webhooks import queue_turns
from verification.webhooks import deliveries

log = logging.getLogger(__name__)


@shared_task(name="verification.relay_events")
def relay_events() -> int:
    """Have done what events call for, queue what was lost, and turns for endpoints that have something due.

    A bulk run writes events as fast as they are relayed, and codes are sent by the same worker. So a code that was
    asked for comes first, and the rest is relayed once it is sent.
    """
    relayed = outbox.relay(ORDERS, send=tasks.send, takers=[deliveries.make], urgent=[CheckRequested.type])
    if relayed and outbox.is_waiting():
        nudge()
    tasks.sweep()
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


def _code_or_session(event: Event) -> Iterable[Wanted]:
    kind = CHECKS.get(CheckKind(event.data["kind"]))
    if isinstance(kind, CodeCheck):
        yield Wanted(send_code.name, (event.data["check_id"],))
    elif isinstance(kind, HostedCheck):
        yield Wanted(open_session.name, (event.data["check_id"],))


def _settling(event: Event) -> Iterable[Wanted]:
    yield Wanted(settle_session.name, (event.data["check_id"],))


def _telling(event: Event) -> Iterable[Wanted]:
    if isinstance(CHECKS.get(CheckKind(event.data["kind"])), CodeCheck):
        yield Wanted(tell_provider.name, (event.data["check_id"],))


def _lookups(event: Event) -> Iterable[Wanted]:
    if event.account_id is not None:
        for lookup in event.data["lookups"]:
            yield Wanted(ask_outside.name, (event.account_id, lookup))


def _notice(event: Event) -> Iterable[Wanted]:
    yield Wanted(tell_person.name, (event.data["notice_id"],))


def _appeal(event: Event) -> Iterable[Wanted]:
    yield Wanted(tell_appeal.name, (event.data["appeal_id"],))


def _ring(event: Event) -> Iterable[Wanted]:
    yield Wanted(apply_ring.name, (event.data["ring"],))


ORDERS: Mapping[str, outbox.Order] = {
    LookupsRequested.type: _lookups,
    TierLapsing.type: _notice,
    AppealAnswered.type: _appeal,
    CheckRequested.type: _code_or_session,
    CheckAnswered.type: _settling,
    CheckPassed.type: _telling,
    RingContained.type: _ring,
    RingReleased.type: _ring,
    RingConfirmed.type: _ring,
    RingDismissed.type: _ring,
    RingReopened.type: _ring,
}
