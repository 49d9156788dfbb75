"""A POST that is repeated under its key runs once and is answered alike; nothing else is ever taken for a repeat."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from config.lib import idempotency
from config.lib.models import IdempotentAnswer
from tests.lib.conftest import caller, secret_key
from tests.lib.doors import NOTES

pytestmark = [pytest.mark.urls("tests.lib.doors"), pytest.mark.django_db]


def write(client: APIClient, key: str | None = "key-1", text: str = "hello", path: str = "/v1/notes") -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(path, {"text": text}, format="json", headers=headers)


def told(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_a_repeat_gets_the_stored_answer_and_nothing_runs(shop: APIClient) -> None:
    first, again = write(shop), write(shop)
    assert NOTES.done == 1
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, b'{"number":1}')
    assert again.headers["Location"] == first.headers["Location"] == "/v1/notes/1"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers


def test_calls_without_a_key_or_under_another_each_run(shop: APIClient) -> None:
    assert [write(shop, key).json()["number"] for key in (None, None, "key-1", "key-2")] == [1, 2, 3, 4]


def test_each_caller_has_keys_of_its_own(shop: APIClient) -> None:
    write(shop)
    assert write(caller(secret_key("signups:write"))).json() == {"number": 2}


@pytest.mark.parametrize(("text", "path"), [("other", "/v1/notes"), ("hello", "/v1/notes?x=1")])
def test_another_request_under_the_same_key_is_refused(shop: APIClient, text: str, path: str) -> None:
    write(shop)
    assert told(write(shop, text=text, path=path)) == (422, "idempotency_key_reused")
    assert NOTES.done == 1


def test_an_error_is_an_answer_too(shop: APIClient) -> None:
    first, again = write(shop, text="teapot"), write(shop, text="teapot")
    assert first.status_code == again.status_code == 418
    assert first.json()["request_id"] == again.json()["request_id"]
    assert again.headers["Content-Type"] == "application/problem+json"
    assert NOTES.done == 1


@pytest.mark.parametrize(("text", "status"), [("crash", 500), ("busy", 429)])
def test_an_answer_that_may_be_another_next_time_is_not_kept(shop: APIClient, text: str, status: int) -> None:
    assert [write(shop, text=text).status_code for _ in range(2)] == [status, status]
    assert NOTES.done == 2
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "schlüssel", "a\x7f"])
def test_a_key_that_cannot_be_used_is_told(shop: APIClient, key: str) -> None:
    assert told(write(shop, key)) == (400, "idempotency_key_malformed")
    assert NOTES.done == 0


@pytest.mark.parametrize("key", ["x", "x" * 255, "!~'\"<>{}"])
def test_any_visible_ascii_is_a_key(shop: APIClient, key: str) -> None:
    assert [write(shop, key).json()["number"] for _ in range(2)] == [1, 1]


def test_who_may_not_call_claims_nothing(page: APIClient) -> None:
    assert write(page).status_code == 403
    assert not IdempotentAnswer.objects.exists()


def test_an_attempt_at_work_holds_the_key_and_a_dead_one_gives_it_up_after_a_minute(shop: APIClient) -> None:
    begun = timezone.now()
    with time_machine.travel(begun, tick=False):
        write(shop)
    IdempotentAnswer.objects.update(status=None, body=None)  # as a process that was killed leaves it
    with time_machine.travel(begun + timedelta(seconds=59), tick=False):
        refused = write(shop)
        assert told(refused) == (409, "idempotency_in_progress")
        assert refused.headers["Retry-After"] == "1"
        assert told(write(shop, text="other")) == (422, "idempotency_key_reused")
    with time_machine.travel(begun + timedelta(seconds=60), tick=False):
        assert told(write(shop, text="other")) == (422, "idempotency_key_reused")
        assert write(shop).json() == {"number": 2}
    assert write(shop).json() == {"number": 2}


def test_an_attempt_that_was_taken_over_from_stores_nothing(shop: APIClient) -> None:
    write(shop)
    row = IdempotentAnswer.objects.get()
    IdempotentAnswer.objects.update(attempt=2, status=None)
    late = write(shop, key=None)
    idempotency.settle(idempotency.Claim(row.pk, 1), late)
    row.refresh_from_db()
    assert row.status is None
    idempotency.settle(idempotency.Claim(row.pk, 2), late)
    row.refresh_from_db()
    assert row.status == 201


def test_answers_are_kept_for_a_day_and_then_forgotten(shop: APIClient) -> None:
    write(shop)
    now = timezone.now()
    assert idempotency.forget_expired(now + timedelta(hours=23, minutes=59)) == 0
    with time_machine.travel(now + timedelta(hours=24, seconds=1)):
        assert write(shop, text="other").json() == {"number": 2}
    assert idempotency.forget_expired(now + timedelta(hours=49)) == 1


def test_an_answer_is_not_readable_in_the_database(shop: APIClient) -> None:
    write(shop)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM lib_idempotentanswer")
        assert b"number" not in bytes(cursor.fetchone()[0])


def test_it_costs_two_queries_the_first_time_and_each_time_after(
    shop: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    write(shop, key=None)  # the API key is read
    with CaptureQueriesContext(connection) as without:
        write(shop, key=None)
    for _ in range(2):
        with django_assert_num_queries(len(without) + 2):
            write(shop)


@pytest.fixture
def own_connections() -> Iterator[None]:
    yield
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_one_runs() -> None:
    token, count = secret_key("signups:write"), 8
    NOTES.seconds = 0.3
    together = threading.Barrier(count)

    def call(_: int) -> Any:
        client = caller(token)
        together.wait()
        try:
            return write(client)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        answers = list(threads.map(call, range(count)))
    assert NOTES.done == 1
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (count - 1)
    assert all(answer.headers["Retry-After"] == "1" for answer in answers if answer.status_code == 409)
    assert write(caller(token)).json() == {"number": 1}
