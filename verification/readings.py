"""What an engineer on call wants to see and no process knows by itself: backlogs, their age, and how things stand."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from kombu import Connection

from config import queues
from config.lib import beat, health
from config.lib.metrics import register_reading
from config.lib.models import DeadLetter, Errand
from risk.models import Ring
from verification import exposure_totals
from verification.console.waiting import waiting_cases
from verification.friction_models import FrictionStanding
from verification.models import Event
from verification.probing import standing as probing_now
from verification.webhooks import measures

Values = Mapping[tuple[str, ...], float]

LINE_OF = {task: line.name for line in queues.LINES for task in line.tasks}
BROKER_SECONDS = 1
BY_RING = ["state", "contained"]
COULD = "Requests that accounts of rings could have made before their ring was contained, or until now where it is not."
TOOK = "Requests that they made before their ring was contained, as far as gateways report use."
STILL = "Requests a day that accounts of rings may still make whom nothing holds."


def register() -> None:
    """Have /metrics tell them. Each is a query or two on an index."""
    register_reading("gatehouse_dependency_up", "Whether a dependency answers /readyz.", ["dependency"], dependencies)
    register_reading("gatehouse_outbox_waiting", "Events not yet relayed.", [], outbox_waiting)
    register_reading("gatehouse_outbox_lag_seconds", "Age of the oldest event not yet relayed.", [], outbox_lag)
    register_reading(
        "gatehouse_errands_waiting", "Tasks written down and not done, by queue.", ["queue"], errands_waiting
    )
    register_reading("gatehouse_errand_oldest_seconds", "Age of the oldest of them.", ["queue"], errands_oldest)
    register_reading("gatehouse_queue_messages", "Messages in the broker's queues.", ["queue"], queue_messages)
    register_reading("gatehouse_dead_letters_waiting", "Failed tasks that wait for somebody.", ["task"], dead_letters)
    register_reading(
        "gatehouse_beat_seconds", "How long ago the lease of beat ended; negative: it holds.", [], beat_age
    )
    register_reading("gatehouse_rings", "Rings by their state.", ["state"], rings)
    register_reading("gatehouse_ring_exposure_requests", COULD, BY_RING, lambda: exposure_totals.total("could"))
    register_reading("gatehouse_ring_taken_requests", TOOK, BY_RING, lambda: exposure_totals.total("took"))
    register_reading("gatehouse_ring_exposure_requests_per_day", STILL, BY_RING, lambda: exposure_totals.total("a_day"))
    register_reading("gatehouse_cases_open", "Cases that wait for an analyst.", [], cases)
    register_reading("gatehouse_probing_sources", "Sources that tried out what passes within a day.", [], probing)
    register_reading("gatehouse_friction_alarms", "Rates of groups that are over their limit.", ["rate"], friction)
    register_reading("gatehouse_webhook_oldest_seconds", "Age of the oldest event that waits to go out.", [], webhooks)
    register_reading(
        "gatehouse_webhook_endpoints_disabled",
        "Endpoints that get nothing, by why: asked, gone, failing.",
        ["why"],
        measures.disabled,
    )


def dependencies() -> Values:
    """1 and 0."""
    return {(found.probe.name,): float(found.ok) for found in health.conditions()}


def outbox_waiting() -> Values:
    """How many."""
    return {(): float(Event.objects.filter(relayed_at=None).count())}


def outbox_lag() -> Values:
    """By the oldest by number, which the index has."""
    oldest = Event.objects.filter(relayed_at=None).order_by("id").values_list("at", flat=True).first()
    return {(): (timezone.now() - oldest).total_seconds() if oldest else 0.0}


def errands_waiting() -> Values:
    """Every queue is told, so that nought is known from nothing."""
    counted = dict(Errand.objects.values_list("task").annotate(Count("pk")))
    return _by_queue({task: float(count) for task, count in counted.items()}, merge=sum)


def errands_oldest() -> Values:
    """Seconds."""
    now = timezone.now()
    oldest = dict(Errand.objects.values_list("task").annotate(Min("made_at")))
    return _by_queue({task: (now - at).total_seconds() for task, at in oldest.items()}, merge=max)


def queue_messages() -> Values:
    """Asked of the broker, whichever it is."""
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=BROKER_SECONDS) as broker:
        return {(line.name,): _messages(broker, line.name) for line in queues.LINES}


def _messages(broker: Connection, queue: str) -> float:
    """None where no worker has made the queue yet, or where Valkey has forgotten it since it is empty."""
    channel: Any = broker.channel()  # the types of kombu know the least of them
    try:
        return float(channel.queue_declare(queue, passive=True).message_count)
    except broker.channel_errors:
        return 0.0


def dead_letters() -> Values:
    """By task."""
    return {(task,): float(count) for task, count in DeadLetter.objects.values_list("task").annotate(Count("pk"))}


def beat_age() -> Values:
    """Seconds."""
    return {(): beat.lease_ended_seconds()}


def rings() -> Values:
    """By state."""
    return {(state,): float(count) for state, count in Ring.objects.values_list("state").annotate(Count("pk"))}


def cases() -> Values:
    """How many."""
    return {(): float(waiting_cases().count())}


def friction() -> Values:
    """By rate."""
    return {(rate,): float(count) for rate, count in FrictionStanding.objects.values_list("rate").annotate(Count("pk"))}


def webhooks() -> Values:
    """Seconds."""
    return {(): measures.oldest_seconds(timezone.now())}


def probing() -> Values:
    """Within the last day."""
    return {(): float(probing_now(timezone.now()))}


def _by_queue(values: Mapping[str, float], *, merge: Callable[[Iterable[float]], float]) -> Values:
    found: dict[str, list[float]] = {line.name: [0.0] for line in queues.LINES}
    for task, value in values.items():
        found[LINE_OF.get(task, queues.BULK.name)].append(value)
    return {(queue,): float(merge(several)) for queue, several in found.items()}
