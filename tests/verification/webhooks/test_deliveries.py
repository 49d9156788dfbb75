"""However many relays and workers are at it at once: one delivery of an event, one worker on it, each lane in order."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from verification.models import Event
from verification.webhook_models import DeliveryStatus, Result, WebhookDelivery, WebhookEndpoint
from verification.webhooks import deliveries, endpoints
from verification.webhooks.endpoints import Wanted
from verification.webhooks.posting import Answer

LANES, DEPTH, AT_ONCE = 12, 3, 4


def all_at_once(work: Callable[[], Any]) -> list[Any]:
    """The same work in several threads, each with a connection of its own."""

    def alone() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [future.result() for future in [pool.submit(alone) for _ in range(AT_ONCE)]]


@pytest.fixture
def endpoint(transactional_db: None) -> WebhookEndpoint:
    made, _ = endpoints.create(Wanted("https://hooks.example.org/"), by="command", at=timezone.now())
    return made


def happened() -> Sequence[Event]:
    """Rings, some changes of each."""
    now = timezone.now()
    return [
        Event.objects.create(type="ring.found", at=now, data={"ring": f"rng_{number}", "size": size})
        for size in range(DEPTH)
        for number in range(LANES)
    ]


@pytest.mark.django_db(transaction=True)
def test_of_an_event_there_is_one_delivery_however_many_relay_it(endpoint: WebhookEndpoint) -> None:
    events = happened()
    all_at_once(lambda: deliveries.make(events))
    assert endpoint.deliveries.count() == LANES * DEPTH


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_claim_each_delivery_once_and_each_lane_in_order(endpoint: WebhookEndpoint) -> None:
    deliveries.make(happened())
    sent: list[tuple[str, int]] = []

    def work() -> None:
        while claimed := deliveries.claim(endpoint.pk, most=3, at=timezone.now()):
            for delivery in claimed:
                sent.append((delivery.lane, delivery.event.data["size"]))
                deliveries.settle(delivery, Answer(Result.DELIVERED, 1, 204), at=timezone.now())

    all_at_once(work)
    while WebhookDelivery.objects.filter(status=DeliveryStatus.WAITING).exists():
        work()  # those whose earlier one was with another worker at the time
    assert len(sent) == len(set(sent)) == LANES * DEPTH
    for number in range(LANES):
        assert [size for lane, size in sent if lane == f"ring:rng_{number}"] == list(range(DEPTH))


@pytest.mark.parametrize(
    ("event", "lane"),
    [
        pytest.param(Event(type="check.passed", account_id=7, data={}), "account:7", id="an account's"),
        pytest.param(Event(type="ring.found", data={"ring": "rng_1"}), "ring:rng_1", id="a ring's"),
        pytest.param(Event(type="friction.alarm", data={"group": "DE"}), "", id="in no order"),
    ],
)
def test_what_an_event_is_in_order_with(event: Event, lane: str) -> None:
    assert deliveries.lane_of(event) == lane
