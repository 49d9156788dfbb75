"""Deliveries: made of events in the relay, claimed by whoever sends, settled by what came of it.

What was never tried is due whatever its moment says: it can be of a clock that was ahead and has been set right since.
A claim is a row's `claimed_until`. A worker that is killed while it sends leaves a claim that runs out, and then the
delivery is sent again under the same webhook-id: at least once, and never lost. The next of an account waits for it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from tiers.models import Account
from verification.events import WebhookEndpointTested
from verification.models import Event
from verification.webhook_models import (
    DeliveryStatus,
    DisabledWhy,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from verification.webhooks import endpoints, schedule
from verification.webhooks.filters import wants
from verification.webhooks.posting import Answer

CLAIM_SPARE = timedelta(seconds=15)  # beyond the longest that a request takes, for what stands before and after it
ADDRESSED = frozenset({WebhookEndpointTested.type})  # go to the endpoint they name, and to no other


def make(events: Sequence[Event], among: Iterable[WebhookEndpoint] | None = None) -> int:
    """Make the deliveries of events; returns how many could be new. Made again, there are no more of them.

    `among` are the endpoints to look at; left out, all that are on now. To be asked for after the events were read: an
    endpoint that is turned on meanwhile then gets them here or catches up with them, and never misses one.
    """
    if not events or not (chosen := list(endpoints.on() if among is None else among)):
        return 0
    test = _test_accounts(events)
    rows = [
        WebhookDelivery(
            endpoint=endpoint,
            event=event,
            lane=lane_of(event),
            at=event.at,
            status=DeliveryStatus.WAITING,
            due_at=event.at,
        )
        for event in events
        if event.type not in ADDRESSED
        for endpoint in chosen
        if endpoint.test == of_test(event, test) and wants(endpoint.events, event.type)
    ]
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


def lane_of(event: Event) -> str:
    """What an event is in order with: all else of its account, or of its ring; empty: nothing."""
    if event.account_id is not None:
        return f"account:{event.account_id}"
    return f"ring:{event.data['ring']}" if "ring" in event.data else ""


def of_test(event: Event, test_accounts: Iterable[int]) -> bool:
    """Whether an event is of the test mode: of an account that a test key made, or of a test endpoint."""
    return event.account_id in test_accounts if event.account_id is not None else bool(event.data.get("test", False))


def _test_accounts(events: Iterable[Event]) -> frozenset[int]:
    accounts = {event.account_id for event in events if event.account_id is not None}
    return frozenset(Account.objects.filter(pk__in=accounts, test=True).values_list("pk", flat=True))


def due_endpoints(at: datetime) -> Sequence[int]:
    """The endpoints that something can be sent to now."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    ready_to_go = free & (Q(due_at__lte=at) | Q(tries=0))
    due = WebhookDelivery.objects.filter(ready_to_go, endpoint=OuterRef("pk"), status=DeliveryStatus.WAITING)
    ready = endpoints.on().filter(Q(rests_until=None) | Q(rests_until__lte=at), missed_after=None)
    return list(ready.filter(Exists(due)).values_list("pk", flat=True))


def claim(endpoint_pk: int, *, most: int, at: datetime) -> Sequence[WebhookDelivery]:
    """Take what is due at an endpoint, at most so many, for as long as sending takes; others pass it over.

    Of a lane only the earliest that waits is taken, so a later event goes out once the earlier one is settled.
    """
    if most < 1:
        return []
    until = at + timedelta(seconds=settings.WEBHOOKS.timeout_seconds) + CLAIM_SPARE
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH due AS (
                SELECT delivery.id FROM verification_webhookdelivery delivery
                WHERE delivery.endpoint_id = %(endpoint)s AND delivery.status = 'waiting'
                    AND (delivery.due_at <= %(at)s OR delivery.tries = 0)
                    AND (delivery.claimed_until IS NULL OR delivery.claimed_until <= %(at)s)
                    AND (delivery.lane = '' OR NOT EXISTS (
                        SELECT FROM verification_webhookdelivery earlier
                        WHERE earlier.endpoint_id = delivery.endpoint_id AND earlier.lane = delivery.lane
                            AND earlier.status = 'waiting' AND earlier.event_id < delivery.event_id))
                ORDER BY delivery.due_at, delivery.event_id
                LIMIT %(most)s
                FOR UPDATE SKIP LOCKED
            )
            UPDATE verification_webhookdelivery claimed SET claimed_until = %(until)s, tries = claimed.tries + 1
            FROM due WHERE claimed.id = due.id
            RETURNING claimed.id
            """,
            {"endpoint": endpoint_pk, "at": at, "until": until, "most": most},
        )
        claimed = [pk for (pk,) in cursor.fetchall()]
    return list(WebhookDelivery.objects.filter(pk__in=claimed).select_related("event").order_by("event"))


def settle(delivery: WebhookDelivery, answer: Answer, *, at: datetime) -> DeliveryStatus:
    """Write down what came of an attempt, and what becomes of the delivery and its endpoint; returns its status.

    A claim that ran out and was taken by another changes nothing any more, unless what it sent was taken. What was
    erased meanwhile is gone.
    """
    with transaction.atomic():
        row = WebhookDelivery.objects.select_for_update().filter(pk=delivery.pk).first()
        if row is None:
            return DeliveryStatus.GIVEN_UP
        _note(row, answer, at)
        if answer.delivered:
            _well(row.endpoint_id)
            _move(row, DeliveryStatus.DELIVERED, at)
        elif row.status == DeliveryStatus.WAITING and row.claimed_until == delivery.claimed_until:
            _try_later(row, answer, at)
            _unwell(row.endpoint_id, answer, at)
        return DeliveryStatus(row.status)


def _try_later(row: WebhookDelivery, answer: Answer, at: datetime) -> None:
    wait = schedule.pause(row.tries, asked=answer.asked)
    if wait is None:
        _move(row, DeliveryStatus.GIVEN_UP, at)
    else:
        row.due_at, row.claimed_until = at + wait, None
        row.save(update_fields=["due_at", "claimed_until"])


def _move(row: WebhookDelivery, status: DeliveryStatus, at: datetime) -> None:
    row.status, row.settled_at, row.claimed_until = status, at, None
    row.save(update_fields=["status", "settled_at", "claimed_until"])


def _note(row: WebhookDelivery, answer: Answer, at: datetime) -> None:
    WebhookAttempt.objects.create(
        delivery=row,
        at=at,
        result=answer.result,
        status=answer.status,
        milliseconds=answer.milliseconds,
        excerpt=answer.excerpt or None,
    )


def _well(endpoint_pk: int) -> None:
    """Something was delivered: whatever was wrong is over. Most of the time there is nothing to write."""
    troubled = Q(failing_since__isnull=False) | Q(unreached__gt=0) | Q(rests_until__isnull=False)
    WebhookEndpoint.objects.filter(troubled, pk=endpoint_pk).update(failing_since=None, unreached=0, rests_until=None)


def _unwell(endpoint_pk: int, answer: Answer, at: datetime) -> None:
    """Let an endpoint rest that nobody answers at; turn off one that is gone, or has taken nothing for days."""
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint_pk)
    failing_since = endpoint.failing_since = endpoint.failing_since or at
    if answer.taken_by_nobody:
        endpoint.unreached += 1
        wait = schedule.rest(endpoint.unreached, asked=answer.asked if answer.status in schedule.BUSY else None)
        endpoint.rests_until = at + wait if wait else None
    endpoint.save(update_fields=["failing_since", "unreached", "rests_until"])
    if answer.gone:
        endpoints.turn_off(endpoint, why=DisabledWhy.GONE, at=at)
    elif at - failing_since >= schedule.FAILING:
        endpoints.turn_off(endpoint, why=DisabledWhy.FAILING, at=at)
