"""A beat goes on where the one before left off, whatever the clocks say."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone

from config.celery import app
from config.lib import beat
from config.lib.beat import LeasedScheduler
from config.lib.models import BeatLease

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is called for, in place of a broker that nobody reads here."""
    names: list[str] = []
    monkeypatch.setattr(LeasedScheduler, "apply_entry", lambda _, entry, **__: names.append(entry.name))
    return names


def made() -> LeasedScheduler:
    return LeasedScheduler(app=app)


def run(scheduler: LeasedScheduler) -> None:
    """Tick until nothing is due."""
    while scheduler.tick() == 0:
        continue


def test_who_comes_second_waits(sent: list[str]) -> None:
    first, second = made(), made()
    run(first)
    run(second)
    assert (first.leads, second.leads) == (True, False)
    first.close()
    run(second)
    assert second.leads


def test_who_takes_over_does_not_call_again_for_what_was_called_for(
    sent: list[str], clock: time_machine.Traveller
) -> None:
    first = made()
    first.tick()
    clock.shift(7200)
    first.clocks = (time.time(), time.monotonic())
    run(first)
    assert sent.count("forget") == 1
    first.close()
    second = made()
    run(second)
    assert sent.count("forget") == 1
    ran = BeatLease.objects.get().ran
    assert set(ran) == set(app.conf.beat_schedule)


@pytest.mark.parametrize("jump", [timedelta(hours=-5), timedelta(hours=5)])
def test_a_clock_that_jumps_neither_stops_beat_nor_makes_it_call_for_everything(
    sent: list[str], clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    scheduler, steady = made(), time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: steady)
    run(scheduler)
    sent.clear()
    clock.shift(jump)
    run(scheduler)
    assert "forget" not in sent
    steady += 2
    clock.shift(2)
    run(scheduler)
    assert "relay events" in sent


def test_a_moment_that_is_still_to_come_counts_as_now(sent: list[str]) -> None:
    ahead = (timezone.now() + timedelta(days=1)).isoformat()
    BeatLease.objects.create(holder="gone", until=timezone.now() - timedelta(hours=1), ran={"relay events": ahead})
    scheduler = made()
    scheduler.tick()
    ran = scheduler.schedule["relay events"].last_run_at
    assert ran is not None
    assert ran <= timezone.now()


def test_without_postgresql_nobody_calls(sent: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler = made()
    run(scheduler)
    sent.clear()
    scheduler.renewed -= beat.LEASE_SECONDS

    def away(_: LeasedScheduler) -> bool:
        raise OperationalError("away")

    monkeypatch.setattr(LeasedScheduler, "_renew", away)
    monkeypatch.setattr(connection, "close", lambda: None)
    assert scheduler.tick() == beat.STANDBY_SECONDS
    assert (scheduler.leads, sent) == (False, [])


def test_readiness_tells_that_no_beat_calls() -> None:
    with pytest.raises(LookupError):
        beat.beat_probe()
