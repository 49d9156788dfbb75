"""What Prometheus is told of webhooks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import Count, Q
from prometheus_client import Counter, Histogram

from verification.webhook_models import DeliveryStatus, DisabledWhy, WebhookDelivery
from verification.webhooks import endpoints
from verification.webhooks.posting import Answer

BUCKETS: Final = (0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 30.0)  # seconds; no request is let run for longer
OUTCOMES: Final = {
    DeliveryStatus.DELIVERED: "delivered",
    DeliveryStatus.WAITING: "to_be_tried_again",
    DeliveryStatus.GIVEN_UP: "given_up",
}

ATTEMPT_SECONDS: Final = Histogram(
    "gatehouse_webhook_seconds",
    "How long requests to receivers took, by what came of them.",
    ["result"],
    buckets=BUCKETS,
)
DELIVERIES: Final = Counter(
    "gatehouse_webhook_deliveries", "Attempts at deliveries by what became of the delivery.", ["outcome"]
)


def attempted(answer: Answer, status: DeliveryStatus) -> None:
    """Count an attempt."""
    ATTEMPT_SECONDS.labels(answer.result).observe(answer.milliseconds / 1000)
    DELIVERIES.labels(OUTCOMES[status]).inc()


def oldest_seconds(at: datetime) -> float:
    """How long ago the oldest event happened that waits for an endpoint that is on; 0 where none waits."""
    oldest = waits_since()
    return (at - oldest).total_seconds() if oldest else 0.0


def disabled() -> Mapping[tuple[str, ...], float]:
    """How many endpoints get nothing, by why."""
    counted = endpoints.standing().aggregate(**{why: Count("pk", filter=Q(disabled_why=why)) for why in DisabledWhy})
    return {(why,): float(endpoints_off) for why, endpoints_off in counted.items()}


def waits_since() -> datetime | None:
    """When the oldest event happened that waits for an endpoint that is on."""
    waiting = WebhookDelivery.objects.filter(status=DeliveryStatus.WAITING, endpoint__in=endpoints.on())
    return waiting.order_by("at").values_list("at", flat=True).first()
