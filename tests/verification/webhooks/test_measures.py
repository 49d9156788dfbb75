"""Prometheus is told what became of deliveries, how old the oldest that waits is, and which endpoints are off."""

import re
from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib import metrics
from tests.hooks import ENDPOINTS, made, signed_up
from tests.receiver import Receiver, Reply


def metric(client: Client, name: str) -> float:
    metrics.start_anew()
    found = re.search(rf"^{re.escape(name)} (\S+)$", client.get("/metrics").content.decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_what_became_of_deliveries_is_counted(
    shop: APIClient, client: Client, hooked: Receiver, catch_up: Callable[[], int]
) -> None:
    names = [
        'gatehouse_webhook_deliveries_total{outcome="delivered"}',
        'gatehouse_webhook_deliveries_total{outcome="to_be_tried_again"}',
        'gatehouse_webhook_seconds_count{result="refused"}',
    ]
    before = [metric(client, name) for name in names]
    made(shop, hooked.url, events=["signup.decided"])
    hooked.decide = lambda sent: Reply(500 if sent.account == "a" else 204)
    for account in ("a", "b", "c"):
        signed_up(shop, account)
    catch_up()
    after = [metric(client, name) for name in names]
    assert [now - then for now, then in zip(after, before, strict=True)] == [2, 1, 1]


def test_the_oldest_that_waits_and_the_endpoints_that_are_off_are_told(
    shop: APIClient, client: Client, hooked: Receiver, catch_up: Callable[[], int]
) -> None:
    with time_machine.travel(timezone.now(), tick=True) as clock:
        endpoint = made(shop, hooked.url, events=["signup.decided"])["id"]
        assert metric(client, "gatehouse_webhook_oldest_seconds") == 0
        hooked.decide = lambda _: Reply(500)
        signed_up(shop)
        catch_up()
        clock.shift(timedelta(minutes=10))
        assert 600 <= metric(client, "gatehouse_webhook_oldest_seconds") < 660
        shop.patch(f"{ENDPOINTS}/{endpoint}", {"disabled": True}, format="json")
        assert metric(client, 'gatehouse_webhook_endpoints_disabled{why="asked"}') == 1
        assert metric(client, 'gatehouse_webhook_endpoints_disabled{why="gone"}') == 0
        assert metric(client, "gatehouse_webhook_oldest_seconds") == 0  # it is held, and nobody is behind
