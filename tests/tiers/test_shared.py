"""The copy in Valkey: a late writer never takes the place of a later reading, and nobody's time begins anew."""

import time
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from config.lib.valkey import ValkeyAway
from tiers import shared
from tiers.readings import Reading
from tiers.shared import FRESH_MS

OLD, NEW, GONE = Reading(3, tier="standard"), Reading(4, tier="blocked"), Reading(0)


def now() -> int:
    """Valkey's clock (ms)."""
    return shared.fetch(["-"], test=False).at_ms


def put(reading: Reading, *, read_ms: int) -> Reading:
    """Offer a reading of one account; what stands there afterwards, as the caller is told."""
    dated = Reading(reading.version, read_ms, reading.tier, reading.budget, reading.expires)
    return shared.offer({"acct": dated}, read_ms=read_ms, test=False)["acct"]


def kept() -> Reading | None:
    return shared.fetch(["acct"], test=False).readings.get("acct")


def test_what_was_put_in_is_there_for_accounts_of_that_mode_only() -> None:
    at = now()
    put(OLD, read_ms=at)
    assert kept() == Reading(3, at, "standard")
    assert shared.fetch(["acct"], test=True).readings == {}


@pytest.mark.parametrize("slow_began_ms", [-1000, 0, 500])
def test_a_slow_reader_cannot_put_an_old_row_over_a_later_one(slow_began_ms: int) -> None:
    """It read before the change, and comes to put it in after another has put in what it is now."""
    at = now()
    put(NEW, read_ms=at)
    assert put(OLD, read_ms=at + slow_began_ms).version == NEW.version, "and it answers with the later one itself"
    assert kept() == Reading(4, at, "blocked")


def test_a_later_row_takes_the_place_of_an_old_one_even_where_its_reader_began_earlier() -> None:
    at = now()
    put(OLD, read_ms=at)
    put(NEW, read_ms=at - 200)
    assert kept() == Reading(4, at - 200, "blocked")


def test_the_same_row_read_again_counts_from_the_later_reading() -> None:
    at = now()
    put(OLD, read_ms=at - 500)
    put(OLD, read_ms=at)
    put(OLD, read_ms=at - 200)
    assert kept() == Reading(3, at, "standard")


def test_what_comes_too_late_is_not_put_in() -> None:
    put(OLD, read_ms=now() - FRESH_MS - 1)
    assert kept() is None


@pytest.mark.parametrize("later", [GONE, Reading(1, tier="trial")], ids=["erased", "put back"])
def test_a_lower_version_counts_once_the_higher_is_no_longer_fresh(later: Reading) -> None:
    """Then the account was erased, or the database put back: who began to read now saw all that the other saw."""
    at = now()
    put(NEW, read_ms=at - FRESH_MS + 100)
    assert put(later, read_ms=at).version == NEW.version
    time.sleep(0.12)
    assert put(later, read_ms=at + 110).version == later.version


def test_it_stays_for_as_long_as_last_known_answers_are_given(settings: Settings) -> None:
    settings.LAST_KNOWN_SECONDS = 1
    put(OLD, read_ms=now())
    time.sleep(1.1)
    assert kept() is None


@pytest.fixture
def away(settings: Settings) -> Iterator[None]:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    yield
    shared.valkey.start_anew()


@pytest.mark.usefixtures("away")
def test_a_valkey_that_is_away_is_left_alone_and_nobody_waits() -> None:
    with pytest.raises(ValkeyAway):
        shared.fetch(["acct"], test=False)
    begun = time.perf_counter()
    for _ in range(1000):
        with pytest.raises(ValkeyAway):
            shared.fetch(["acct"], test=False)
    assert time.perf_counter() - begun < 1
