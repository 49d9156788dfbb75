"""A limit drawn in blocks is the same limit: nobody gets more, and a small one is counted exactly."""

import threading
import uuid

import pytest
from pytest_django import Settings

from config.lib import metering, ratelimit
from config.lib.metering import Meter
from config.lib.ratelimit import Quota


@pytest.fixture
def quota(settings: Settings) -> Quota:
    settings.API_LIMITS = {**settings.API_LIMITS, "lookups": "5000/hour"}
    ratelimit.start_anew()
    return Quota(metering.POLICY, str(uuid.uuid4()))


def test_processes_that_draw_in_blocks_get_the_limit_together_and_no_more(quota: Quota) -> None:
    meters = [Meter(quota) for _ in range(4)]
    granted = sum(meter.spend() for _ in range(1500) for meter in meters)
    assert granted == 5000


def test_threads_of_a_process_get_no_more_either(quota: Quota) -> None:
    meter, granted = Meter(quota), []

    def spend() -> None:
        granted.append(sum(meter.spend() for _ in range(1500)))

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 5000


def test_most_calls_ask_nobody(quota: Quota, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    spend = ratelimit.spend

    def noted(quota: Quota, *, cost: int = 1) -> ratelimit.Standing:
        drawn.append(cost)
        return spend(quota, cost=cost)

    monkeypatch.setattr(metering, "spend", noted)
    meter = Meter(quota)
    assert all(meter.spend() for _ in range(100))
    assert drawn == [5] * 20


def test_one_call_can_cost_more_than_a_block(quota: Quota) -> None:
    meter = Meter(quota)
    assert [meter.spend(1000) for _ in range(6)] == [True] * 5 + [False]
    assert meter.refusal().extra == {"violated_policies": ["lookups"]}


def test_the_last_calls_of_a_limit_are_given_though_no_whole_block_is_left(quota: Quota) -> None:
    assert Meter(quota).spend(4998)
    meter = Meter(quota)
    assert [meter.spend() for _ in range(3)] == [True, True, False]


def test_what_is_left_is_told_with_what_lies_here(quota: Quota) -> None:
    meter = Meter(quota)
    assert meter.headers() == []
    meter.spend()
    told = dict(meter.headers())
    assert told["RateLimit-Policy"] == '"lookups";q=5000;w=3600'
    assert told["RateLimit"].startswith('"lookups";r=4999;t=')


def test_a_refusal_is_given_again_without_asking_for_a_second(quota: Quota, monkeypatch: pytest.MonkeyPatch) -> None:
    meter = Meter(quota)
    meter.spend(5000)
    assert not meter.spend()
    monkeypatch.setattr(metering, "spend", None)
    assert not meter.spend()
