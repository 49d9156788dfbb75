"""One endpoint's turn: what is due there is claimed, sent several at once, and settled one by one.

A turn is short, so that a slow receiver keeps a worker for seconds and not for good; what is left is for the next turn.
As soon as one is settled another is claimed: an account that its receiver is slow with holds up nobody else.
"""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.utils import timezone
from opentelemetry.trace import SpanKind

from config.lib import tracing
from config.lib.advisory import alone
from config.webhooks import Webhooks
from verification.providers.resolving import resolver_of
from verification.webhook_models import WebhookDelivery, WebhookEndpoint
from verification.webhooks import deliveries, endpoints, measures, messages, schedule
from verification.webhooks.addresses import Guide
from verification.webhooks.posting import Answer, Poster

LOCK: Final = 0x7767 << 40  # "wg", and the endpoint below it: one number among the database's advisory locks
AT_ONCE: Final = 16  # requests to one endpoint at a time
TURN_SECONDS: Final = 5.0  # until a turn claims no more

Sending = dict[Future[Answer], WebhookDelivery]


def poster() -> Poster:
    """What posts, as the settings have it."""
    return _poster(settings.WEBHOOKS)


@lru_cache(maxsize=4)
def _poster(chosen: Webhooks) -> Poster:
    """Made once: it reads the system's certificates and resolvers."""
    guide = Guide(resolver_of(chosen.dns_servers), loopback=chosen.loopback)
    return Poster(guide, seconds=chosen.timeout_seconds, excerpt_most=chosen.excerpt_chars)


def turn(endpoint_pk: int, *, by: Poster) -> int:
    """Send what is due at an endpoint; returns how many attempts were made. Another at its turn makes this one 0."""
    with alone(LOCK + endpoint_pk) as mine, ThreadPoolExecutor(AT_ONCE) as pool:
        return _turn(endpoint_pk, lambda delivery, endpoint: pool.submit(_post, by, delivery, endpoint)) if mine else 0


def _turn(endpoint_pk: int, submit: Callable[[WebhookDelivery, WebhookEndpoint], Future[Answer]]) -> int:
    ends, made = time.monotonic() + TURN_SECONDS, 0
    sending: Sending = {}
    while True:
        now = timezone.now()
        endpoint = _ready(endpoint_pk, now) if time.monotonic() < ends else None
        if endpoint is not None:
            for delivery in _claimed(endpoint, len(sending), now):
                sending[submit(delivery, endpoint)] = delivery
        if not sending:
            return made
        for done in wait(sending, return_when=FIRST_COMPLETED).done:
            _settled(sending.pop(done), done.result())
            made += 1


def _ready(endpoint_pk: int, at: datetime) -> WebhookEndpoint | None:
    """The endpoint, where something may be sent to it now."""
    endpoint = endpoints.on().filter(pk=endpoint_pk, missed_after=None).first()
    rests = endpoint is not None and endpoint.rests_until is not None and endpoint.rests_until > at
    return None if rests else endpoint


def _claimed(endpoint: WebhookEndpoint, sending: int, at: datetime) -> list[WebhookDelivery]:
    """One that nobody answered at is tried with one, and gets more once that was taken."""
    most = 1 if endpoint.unreached >= schedule.UNREACHED_MOST else AT_ONCE
    return list(deliveries.claim(endpoint.pk, most=most - sending, at=at))


def _post(by: Poster, delivery: WebhookDelivery, endpoint: WebhookEndpoint) -> Answer:
    """In a thread of its own: no query is made here."""
    content, at = messages.body(delivery.event), timezone.now()
    signed = messages.headers(
        endpoints.keys_of(endpoint, at=at), message=messages.message_id(delivery.event), content=content, at=at
    )
    with tracing.span(
        "deliver webhook", kind=SpanKind.CLIENT, of=delivery.event.trace, event=delivery.event.type
    ) as step:
        answer = by.post(endpoint.url, signed, content)
        step.set_attributes({"gatehouse.result": answer.result, "gatehouse.status": answer.status or 0})
        return answer


def _settled(delivery: WebhookDelivery, answer: Answer) -> None:
    status = deliveries.settle(delivery, answer, at=timezone.now())
    measures.attempted(answer, status)
