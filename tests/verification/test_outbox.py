"""Events are relayed at least once, in their order, by one relay at a time."""

import re
from collections.abc import Iterable, Sequence

import psycopg
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib import errands
from config.lib.errands import Wanted
from config.lib.models import Errand
from tests.cast import alice
from tests.conftest import post
from verification import outbox
from verification.events import CheckRequested, SignupDecided
from verification.models import Event


@pytest.fixture(autouse=True)
def _events(shop: APIClient) -> None:
    for number in range(3):
        post(shop, "/v1/signups", alice(account_id=f"a{number}", email=None, phone=None))  # nothing to ask outside


def orders(event: Event) -> Iterable[Wanted]:
    yield Wanted("verification.lapse_proofs", (event.data["account_id"],))


ORDERS = {"signup.decided": orders}


def test_each_event_becomes_its_errands_once_and_in_order() -> None:
    sent: list[Errand] = []
    assert outbox.relay(ORDERS, send=sent.extend) == 3
    assert outbox.relay(ORDERS, send=sent.extend) == 0
    assert [errand.args for errand in sent] == [["a0"], ["a1"], ["a2"]]
    assert [errand.pk for errand in Errand.objects.order_by("pk")] == [errand.pk for errand in sent]


def test_a_relay_that_dies_midway_leaves_its_events_to_the_next_and_no_errand_behind() -> None:
    def die(events: Sequence[Event]) -> None:
        raise ConnectionError(len(events))

    sent: list[Errand] = []
    with pytest.raises(ConnectionError):
        outbox.relay(ORDERS, send=sent.extend, takers=[die])
    assert (sent, Errand.objects.count()) == ([], 0)
    assert outbox.relay(ORDERS, send=sent.extend) == 3
    assert len(sent) == 3


def test_what_is_urgent_comes_first_with_what_came_before_it_of_its_account_and_then_it_ends(shop: APIClient) -> None:
    post(shop, "/v1/signups", alice(account_id="a3", email=None, phone=None))
    last = Event.objects.latest("id")
    outbox.write([(last.account, CheckRequested("a3", 1, "email"))], at=timezone.now())
    post(shop, "/v1/signups", alice(account_id="a4", email=None, phone=None))
    sent: list[Errand] = []
    assert outbox.relay(ORDERS, send=sent.extend, urgent=[CheckRequested.type]) == 2
    assert ([errand.args for errand in sent], outbox.is_waiting()) == ([["a3"]], True)
    assert outbox.relay(ORDERS, send=sent.extend, urgent=[CheckRequested.type]) == 4
    assert ([errand.args[0] for errand in sent], outbox.is_waiting()) == (["a3", "a0", "a1", "a2", "a4"], False)


@pytest.mark.parametrize("counted", [True, False], ids=["counted", "not counted since"])
def test_what_is_urgent_is_found_by_indexes_however_much_waits(counted: bool) -> None:  # noqa: FBT001 - a parameter
    """A bulk run writes faster than PostgreSQL counts its tables anew."""
    *others, urgent = [event.account for event in Event.objects.order_by("id")]
    now, waiting = timezone.now(), [other for other in others if other is not None]
    told = SignupDecided("a0", "sgn_1", "allow", 1.0, "trial")
    outbox.write([(other, told) for other in waiting * 5_000], at=now)
    outbox.write([(urgent, CheckRequested("a2", 1, "email"))], at=now)
    with CaptureQueriesContext(connection) as asked:
        assert outbox.relay({}, send=len, urgent=[CheckRequested.type]) == 2
    reading = [query["sql"] for query in asked if query["sql"].startswith("SELECT") and "relayed_at" in query["sql"]]
    with connection.cursor() as cursor:
        if counted:
            cursor.execute("ANALYZE verification_event")
        for sql, index in zip(reading, ("events_to_relay_by_type", "account_id"), strict=True):
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert index in plan
            assert not re.search(r"events_to_relay\b|Seq Scan", plan)


def test_a_relay_reads_no_more_than_it_is_to_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "BATCH", 1)
    with CaptureQueriesContext(connection) as asked:
        assert outbox.relay(ORDERS, send=len) == 3
    reading = [query["sql"] for query in asked if query["sql"].startswith("SELECT") and "relayed_at" in query["sql"]]
    assert len(reading) == 4
    assert all("LIMIT 1" in sql for sql in reading)


def test_where_no_word_of_an_errand_is_sent_it_is_swept_up(clock: time_machine.Traveller) -> None:
    def die(rows: Sequence[Errand]) -> None:
        raise ConnectionError(len(rows))

    with pytest.raises(ConnectionError):
        outbox.relay(ORDERS, send=die)
    assert Event.objects.filter(relayed_at=None).count() == 0
    assert errands.due(timezone.now()) == []
    clock.shift(errands.AGAIN.total_seconds() + 1)
    assert [errand.args for errand in errands.due(timezone.now())] == [["a0"], ["a1"], ["a2"]]


def test_a_second_relay_leaves_the_work_to_the_first() -> None:
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "host") if name in parameters}
    with psycopg.connect(**wanted, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [outbox.RELAY_LOCK])
        assert outbox.relay({}, send=len) == 0
        assert Event.objects.filter(relayed_at=None).count() == 3
        other.execute("SELECT pg_advisory_unlock(%s)", [outbox.RELAY_LOCK])  # closing alone lets go a moment later
    assert outbox.relay({}, send=len) == 3
