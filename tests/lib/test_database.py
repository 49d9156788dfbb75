"""The database asked from outside of Django's requests: a broken connection is made anew, and one that is away left."""

import math
import time

import pytest
from django.db import DataError, OperationalError, connection

from config.lib.database import LEAVE_ALONE_SECONDS, Database, DatabaseAway, unhurried


def one() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_meanwhile_is_made_anew() -> None:
    assert one() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    assert Database().ask(one) == 1


@pytest.mark.django_db(transaction=True)
def test_a_question_that_takes_too_long_is_not_asked_twice() -> None:
    asked: list[float] = []

    def slow() -> None:
        asked.append(time.monotonic())
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 50")
            try:
                cursor.execute("SELECT pg_sleep(5)")
            finally:
                cursor.execute("RESET statement_timeout")

    with pytest.raises(DatabaseAway):
        Database().ask(slow)
    assert len(asked) == 1


def test_one_that_failed_is_left_alone_for_a_moment_and_nobody_waits() -> None:
    database, asked = Database(), []

    def away() -> None:
        asked.append(1)
        raise OperationalError

    for _ in range(100):
        with pytest.raises(DatabaseAway):
            database.ask(away)
    assert len(asked) == 1
    assert database.away_until - time.monotonic() <= LEAVE_ALONE_SECONDS
    database.away_until = -math.inf
    assert database.ask(lambda: 5) == 5


def limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        (told,) = cursor.fetchone()
    return str(told)


@pytest.mark.django_db(transaction=True)
def test_work_that_nobody_waits_for_has_no_limit_and_the_next_has_it_again() -> None:
    assert limit() == "5s"
    with unhurried():
        assert limit() == "0"
    assert limit() == "5s"


@pytest.mark.django_db(transaction=True)
def test_the_limit_is_back_after_a_fault_and_after_a_connection_that_broke() -> None:
    with pytest.raises(DataError), unhurried(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert limit() == "5s"
    with pytest.raises(OperationalError), unhurried(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    assert limit() == "5s"
