"""What was not taken is sent again over three days, and a receiver that is away is left alone for a while."""

from datetime import UTC, datetime, timedelta

import pytest

from verification.webhooks import schedule
from verification.webhooks.schedule import PAUSES, TRIES, pause, rest, retry_after

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)


def test_the_pauses_grow_and_add_up_to_three_days() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert sum(PAUSES, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert TRIES == 10
    assert pause(TRIES) is None


def test_those_who_failed_together_do_not_come_back_together() -> None:
    for tried, exact in enumerate(PAUSES, start=1):
        drawn = {pause(tried) for _ in range(50)}
        assert len(drawn) > 40
        assert all(each is not None and 0.9 * exact <= each <= 1.1 * exact for each in drawn)


@pytest.mark.parametrize(
    ("tried", "asked", "least", "most"),
    [
        pytest.param(1, timedelta(minutes=2), 120, 120, id="a longer pause than ours is kept"),
        pytest.param(5, timedelta(seconds=1), 0.9 * 18000, 1.1 * 18000, id="a shorter one than ours is not"),
        pytest.param(1, timedelta(days=400), 86400, 86400, id="nobody puts it off for ever"),
    ],
)
def test_a_receiver_can_ask_for_a_longer_pause(tried: int, asked: timedelta, least: float, most: float) -> None:
    wait = pause(tried, asked=asked)
    assert wait is not None
    assert least <= wait.total_seconds() <= most


def test_an_endpoint_rests_after_some_failures_longer_each_time_and_never_for_long() -> None:
    rests = [rest(unreached) for unreached in range(40)]
    assert rests[: schedule.UNREACHED_MOST] == [None] * schedule.UNREACHED_MOST
    assert [each.total_seconds() for each in rests[5:11] if each] == [5, 10, 20, 40, 60, 60]
    assert rests[-1] == schedule.REST_MOST
    assert rest(1, asked=timedelta(seconds=20)) == timedelta(seconds=20)
    assert rest(1, asked=timedelta(hours=9)) == schedule.REST_MOST


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        pytest.param("120", timedelta(minutes=2), id="seconds"),
        pytest.param("Mon, 03 Aug 2026 12:01:00 GMT", timedelta(minutes=1), id="a date"),
        pytest.param("Mon, 03 Aug 2026 11:00:00 GMT", timedelta(), id="a date that is past"),
        pytest.param("0", timedelta(), id="at once"),
        pytest.param("-5", None, id="less than nothing"),
        pytest.param("soon", None, id="words"),
        pytest.param("99999999999999999999", None, id="beyond all time"),
        pytest.param("\u0665", None, id="digits of another script"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_retry_after_is_read_in_both_its_forms(said: str, asked: timedelta | None) -> None:
    assert retry_after({"retry-after": said}, at=NOON) == asked
    assert retry_after({}, at=NOON) is None
