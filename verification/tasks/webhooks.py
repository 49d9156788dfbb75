"""Webhooks are sent, an endpoint at a turn, and looked after.

Turns have a queue of their own, so that an installation can give them workers of their own. A turn that is lost, with
its worker or its message, costs a second: whoever relays events also queues a turn for each endpoint that has some due.
"""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from verification.webhooks import deliveries, keeping, replaying, sending

log = logging.getLogger(__name__)
TURN_EXPIRES = 30  # seconds; turns that nobody took do not pile up
KEEP_SECONDS = 280


@shared_task(name="verification.send_webhooks")
def send_webhooks(endpoint_pk: int) -> int:
    """One endpoint's turn; returns how many attempts it made."""
    return sending.turn(endpoint_pk, by=sending.poster())


@shared_task(name="verification.keep_webhooks", time_limit=KEEP_SECONDS)
def keep_webhooks() -> None:
    """Have endpoints that were turned on catch up, and give up what was held for too long."""
    now = timezone.now()
    for endpoint_pk in replaying.behind():
        replaying.catch_up(endpoint_pk, at=now)
    keeping.keep(now)


def queue_turns() -> None:
    """Queue a turn for each endpoint that something can be sent to now."""
    for endpoint_pk in deliveries.due_endpoints(timezone.now()):
        send_webhooks.apply_async(args=(endpoint_pk,), expires=TURN_EXPIRES)


def catch_up_soon(endpoint_pk: int) -> None:
    """Have an endpoint that was turned on catch up now. With the broker away it does so soon after its return."""
    try:
        keep_webhooks.apply_async(retry=False)
    except (OperationalError, OSError):
        log.warning("The broker is away; an endpoint waits to catch up.", extra={"endpoint": endpoint_pk})


def turn_soon(endpoint_pk: int) -> None:
    """Have an endpoint served now. With the broker away it waits for the next relay."""
    try:
        send_webhooks.apply_async(args=(endpoint_pk,), retry=False, expires=TURN_EXPIRES)
    except (OperationalError, OSError):
        log.warning("The broker is away; a webhook waits for the next relay.", extra={"endpoint": endpoint_pk})
