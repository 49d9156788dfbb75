"""Looking after: what waits too long for an endpoint that is off, keys that are over, logs past their days."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q

from verification.webhook_models import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from verification.webhooks import endpoints, schedule

BATCH: Final = 2_000
BATCHES_MOST: Final = 50  # at a time; the rest is for the next


def keep(at: datetime) -> int:
    """End keys whose overlap is over and give up what nobody will be sent; returns how many deliveries that were."""
    endpoints.end_old_keys(at)
    off = Q(endpoint__deleted_at__isnull=False) | Q(endpoint__disabled_at__lte=at - schedule.HELD)
    held = WebhookDelivery.objects.filter(off, status=DeliveryStatus.WAITING, claimed_until=None)
    given_up = 0
    for _ in range(BATCHES_MOST):
        batch = list(held.values_list("pk", flat=True)[:BATCH])
        rows = WebhookDelivery.objects.filter(pk__in=batch, status=DeliveryStatus.WAITING)
        given_up += rows.update(status=DeliveryStatus.GIVEN_UP, settled_at=at)
        if len(batch) < BATCH:
            break
    return given_up


def forget(at: datetime) -> int:
    """Delete deliveries that were settled before the days that logs are kept for, and endpoints that were deleted."""
    before = at - timedelta(days=settings.WEBHOOKS.log_days)
    settled = WebhookDelivery.objects.filter(settled_at__lt=before).exclude(status=DeliveryStatus.WAITING)
    forgotten = 0
    for _ in range(BATCHES_MOST):
        batch = list(settled.values_list("pk", flat=True)[:BATCH])
        forgotten += len(batch)
        WebhookDelivery.objects.filter(pk__in=batch).delete()
        if len(batch) < BATCH:
            break
    WebhookEndpoint.objects.filter(deleted_at__lt=before, deliveries=None).delete()
    return forgotten
