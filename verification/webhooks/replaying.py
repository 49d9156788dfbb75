"""Sending again: one delivery, those of a time, what an endpoint missed while it was off; and a first try."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import transaction

from config.lib import audit
from verification.events import WebhookEndpointTested
from verification.models import Event
from verification.webhook_models import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from verification.webhooks import deliveries, schedule

BATCH: Final = 2_000
REPLAYED_MOST: Final = 100_000  # by one call


class EndpointOff(Exception):
    """Nothing is sent to an endpoint that is off: turn it on first."""


@dataclass(frozen=True, slots=True)
class Range:
    """Which deliveries to send again: of events that happened from `since` on and before `until`."""

    since: datetime
    until: datetime
    statuses: Collection[DeliveryStatus]


def replay(delivery: WebhookDelivery, *, by: str, at: datetime) -> None:
    """Send a delivery again, under its webhook-id, with all its tries before it; later ones of its lane wait for it.

    One that waits is sent now. Raises EndpointOff.
    """
    _refuse_off(delivery.endpoint)
    with transaction.atomic():
        _again([delivery.pk], at)
        _audited(delivery.endpoint, by, delivery=delivery.public_id)
    delivery.refresh_from_db()


def replay_range(endpoint: WebhookEndpoint, chosen: Range, *, by: str, at: datetime) -> tuple[int, datetime | None]:
    """Send again what was settled before `at`, the earliest first. Returns how many, and since when there are more.

    Raises EndpointOff.
    """
    _refuse_off(endpoint)
    rows = endpoint.deliveries.filter(at__gte=chosen.since, at__lt=chosen.until, status__in=sorted(chosen.statuses))
    left = rows.filter(settled_at__lt=at).order_by("at", "event")
    replayed = 0
    while replayed < REPLAYED_MOST and (batch := list(left.values_list("pk", flat=True)[:BATCH])):
        replayed += _again(batch, at)
    _audited(endpoint, by, since=chosen.since.isoformat(), until=chosen.until.isoformat(), deliveries=replayed)
    return replayed, left.values_list("at", flat=True).first()


@transaction.atomic
def try_out(endpoint: WebhookEndpoint, *, by: str, at: datetime) -> WebhookDelivery:
    """Send an endpoint an event of its own, the same way as all others. Raises EndpointOff."""
    _refuse_off(endpoint)
    tested = WebhookEndpointTested(endpoint.public_id, endpoint.test)
    event = Event.objects.create(type=tested.type, at=at, data=tested.data(), relayed_at=at)
    _audited(endpoint, by, event=event.type)
    return WebhookDelivery.objects.create(
        endpoint=endpoint, event=event, at=at, due_at=at, status=DeliveryStatus.WAITING
    )


def catch_up(endpoint_pk: int, *, at: datetime) -> int:
    """Make the deliveries that an endpoint missed while it was off; returns how many could be new.

    Until that is done nothing is sent to it, so that what is new does not overtake what was missed. It goes on from
    where an earlier run was stopped. What is older than schedule.HELD is missed for good.
    """
    made = 0
    while endpoint := _behind(endpoint_pk):
        since = max(endpoint.created_at, at - schedule.HELD)
        missed = Event.objects.filter(pk__gt=endpoint.missed_after, at__gte=since)
        events = list(islice(missed.order_by("pk"), BATCH))
        made += deliveries.make(events, [endpoint])
        reached = events[-1].pk if events else None
        WebhookEndpoint.objects.filter(pk=endpoint_pk, disabled_at=None).update(missed_after=reached)
    return made


def behind() -> list[int]:
    """The endpoints that are on and have not caught up."""
    return list(
        WebhookEndpoint.objects.filter(deleted_at=None, disabled_at=None, missed_after__isnull=False).values_list(
            "pk", flat=True
        )
    )


def _behind(endpoint_pk: int) -> WebhookEndpoint | None:
    return WebhookEndpoint.objects.filter(
        pk=endpoint_pk, deleted_at=None, disabled_at=None, missed_after__isnull=False
    ).first()


def _again(pks: Collection[int], at: datetime) -> int:
    """What a worker has just now stays with it."""
    free = WebhookDelivery.objects.filter(pk__in=pks, claimed_until=None)
    return free.update(status=DeliveryStatus.WAITING, tries=0, due_at=at, settled_at=None)


def _refuse_off(endpoint: WebhookEndpoint) -> None:
    if endpoint.disabled_at is not None:
        raise EndpointOff


def _audited(endpoint: WebhookEndpoint, by: str, **details: str | int) -> None:
    subject = f"webhook_endpoint:{endpoint.public_id}"
    audit.append(actor=by, act="webhook_endpoint.replay", subject=subject, details=details)
