"""Who waits is woken by the next change, waits no longer than asked for, and never stands in everybody's way."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django import Settings

from tests.tiers.test_changes import account, move
from tiers import bell, following
from tiers.following import COME_AGAIN, Followed, Reader, follow

pytestmark = pytest.mark.django_db(transaction=True)
Waiting = Callable[[float], "Future[tuple[Followed, float]]"]


@pytest.fixture(autouse=True)
def _fresh_bell() -> Iterator[None]:
    bell.start_anew()
    yield
    bell.start_anew()


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    """Has somebody wait from the feed's beginning, on a thread; gives the answer and how long it took."""

    def run(seconds: float) -> tuple[Followed, float]:
        try:
            begun = time.monotonic()
            return follow(Reader(0, test=False, limit=9), wait=seconds), time.monotonic() - begun
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        yield lambda seconds: pool.submit(run, seconds)


def until_somebody_waits(number: int = 1) -> None:
    deadline = time.monotonic() + 10
    while following._waiting < number:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_change_wakes_who_waits_at_once(waiting: Waiting) -> None:
    account("a")
    answer = waiting(20)
    until_somebody_waits()
    time.sleep(0.3)
    changed = time.monotonic()
    move("a")
    followed, _ = answer.result(20)
    assert time.monotonic() - changed < 1.0 < bell.LONGEST_SLEEP
    assert [item.account.account_id for item in followed.page.items] == ["a"]


def test_what_is_there_already_is_not_waited_for(waiting: Waiting) -> None:
    account("a")
    move("a")
    followed, took = waiting(20).result(20)
    assert len(followed.page.items) == 1
    assert took < 2


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_nobody_waits_longer_than_asked_for(waiting: Waiting, seconds: float) -> None:
    followed, took = waiting(seconds).result(20)
    assert (followed.page.items, took < seconds + 1) == ([], True)
    assert took >= seconds
    assert followed.come_again == (0 if seconds else COME_AGAIN)


def test_with_valkey_away_a_change_is_known_within_two_seconds_all_the_same(
    waiting: Waiting, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    account("a")
    answer = waiting(20)
    until_somebody_waits()
    changed = time.monotonic()
    move("a")
    assert len(answer.result(20)[0].page.items) == 1
    assert time.monotonic() - changed < 2


def test_a_ring_of_the_bell_that_was_lost_costs_two_seconds_and_no_change(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell, "ring", lambda: None)
    account("a")
    answer = waiting(20)
    until_somebody_waits()
    changed = time.monotonic()
    move("a")
    assert len(answer.result(20)[0].page.items) == 1
    assert time.monotonic() - changed < bell.LONGEST_SLEEP + 1


def test_past_those_who_may_wait_one_is_answered_at_once_and_told_when_to_come_again(
    waiting: Waiting, settings: Settings
) -> None:
    settings.FEED_WAITERS = 2
    account("a")
    first = [waiting(20), waiting(20)]
    until_somebody_waits(2)
    followed, took = waiting(20).result(20)
    assert (followed.page.items, followed.come_again) == ([], COME_AGAIN)
    assert took < 2
    move("a")
    for answer in first:
        assert len(answer.result(20)[0].page.items) == 1
    assert following._waiting == 0


def test_who_has_waited_makes_room_for_the_next(waiting: Waiting, settings: Settings) -> None:
    settings.FEED_WAITERS = 1
    assert [waiting(0.2).result(20)[0].come_again for _ in range(3)] == [0, 0, 0]
    assert threading.active_count() < 20
