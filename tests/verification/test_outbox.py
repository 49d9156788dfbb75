"""Events are relayed at least once, in their order, by one relay at a time."""

from typing import Any

import psycopg
import pytest
from django.db import connection
from rest_framework.test import APIClient

from tests.cast import alice
from tests.conftest import post
from verification import outbox
from verification.models import Event


@pytest.fixture(autouse=True)
def _events(shop: APIClient) -> None:
    for number in range(3):
        post(shop, "/v1/signups", alice(account_id=f"a{number}", email=None, phone=None))  # nothing to ask outside


def test_each_event_is_handed_to_its_queues_once_and_in_order() -> None:
    handed: list[str] = []
    queues = {"signup.decided": (lambda event: handed.append(event.data["account_id"]),)}
    assert outbox.relay(queues) == 3
    assert outbox.relay(queues) == 0
    assert handed == ["a0", "a1", "a2"]


def test_a_relay_that_dies_midway_leaves_its_events_to_the_next() -> None:
    def die(event: Event) -> None:
        raise ConnectionError(event.type)

    with pytest.raises(ConnectionError):
        outbox.relay({"signup.decided": (die,)})
    handed: list[Any] = []
    assert outbox.relay({"signup.decided": (handed.append,)}) == 3
    assert len(handed) == 3


def test_a_second_relay_leaves_the_work_to_the_first() -> None:
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "host") if name in parameters}
    with psycopg.connect(**wanted, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [outbox.RELAY_LOCK])
        assert outbox.relay({}) == 0
        assert Event.objects.filter(relayed_at=None).count() == 3
        # A connection that is closed keeps its locks until the server has noticed.
        other.execute("SELECT pg_advisory_unlock(%s)", [outbox.RELAY_LOCK])
    assert outbox.relay({}) == 3
