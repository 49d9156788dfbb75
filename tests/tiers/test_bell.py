"""The bell wakes who listens from before it rang, lets nobody sleep too long, and stops no one while Valkey is away."""

import threading
import time
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tiers import bell


@pytest.fixture(autouse=True)
def _fresh_bell() -> Iterator[None]:
    bell.start_anew()
    yield
    bell.start_anew()


def seconds_of_sleep(mark: str | None, seconds: float) -> float:
    begun = time.monotonic()
    bell.sleep(mark, seconds)
    return time.monotonic() - begun


def test_a_ring_wakes_who_sleeps() -> None:
    mark = bell.last()
    threading.Timer(0.2, bell.ring).start()
    assert 0.1 < seconds_of_sleep(mark, 2.0) < 1.5


def test_a_ring_between_listening_and_sleeping_is_not_missed() -> None:
    mark = bell.last()
    bell.ring()
    assert seconds_of_sleep(mark, 2.0) < 1.0


@pytest.mark.parametrize("seconds", [0.1, 0.5])
def test_without_a_ring_one_sleeps_as_long_as_asked_for(seconds: float) -> None:
    bell.ring()
    assert seconds <= seconds_of_sleep(bell.last(), seconds) + 0.01 < seconds + 1


def test_nobody_sleeps_longer_than_it_takes_to_look_by_oneself() -> None:
    bell.ring()
    assert seconds_of_sleep(bell.last(), 60.0) < bell.LONGEST_SLEEP + 1


def test_with_valkey_away_nobody_listens_ringing_is_no_error_and_one_sleeps_for_a_while(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    bell.ring()
    assert bell.last() is None
    assert 0.9 < seconds_of_sleep(None, 5.0) < bell.SLEEP_ALONE + 1
