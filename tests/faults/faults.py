"""The faults, one function each: what is done to a site while people sign up. Each is over when its function ends."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.faults.load import DOMAIN
from tests.faults.sink import HANGS, Mood
from tests.faults.site import ANOTHER, Site, free_bytes, wait_for

AWAY = 3.0  # seconds that a server is held down
HOUR = 3600
NO_COMPILER = "no C compiler is here to make a clock with"
SAME_TASKS = f"""
from config.celery import app
while not any("{ANOTHER}@" in name for told in app.control.ping(timeout=0.5) for name in told):
    continue
from config.lib import tasks
from config.lib.models import Errand
from verification.models import Check
from verification.tasks import relay_events, send_code
rows = list(Errand.objects.all()[:200])
for _ in range(2):
    tasks.send(rows)
for pk in Check.objects.order_by("-pk").values_list("pk", flat=True)[:50]:
    send_code.delay(pk)
    send_code.delay(pk)
relay_events.delay()
relay_events.delay()
"""


class NotTried(Exception):
    """This machine does not let it be done. The words say why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is done, in words and in deed. `short` ones are done in every run of the tests."""

    does: Callable[[Site], None]
    short: bool = True
    sets_clock: bool = False


def workers_killed(site: Site) -> None:
    site.kill("workers")


def web_killed(site: Site) -> None:
    site.kill("web")
    wait_for(lambda: _answers(site), seconds=30)


def beat_killed(site: Site) -> None:
    site.kill("beat")


def valkey_stopped(site: Site) -> None:
    site.hold_down(site.valkey, AWAY)
    wait_for(site.valkey.is_up, seconds=20)


def valkey_emptied(site: Site) -> None:
    with site.broker() as valkey:
        valkey.flushall()


def postgres_stopped(site: Site) -> None:
    site.hold_down(site.postgres, AWAY)
    wait_for(site.postgres.is_up, seconds=30)


def postgres_killed(site: Site) -> None:
    """Its recovery from a crash is a part of it."""
    for process in site.processes_of_postgres():
        process.kill()
    wait_for(site.postgres.is_up, seconds=30)


def disk_full(site: Site) -> None:
    """The file system that the home is on is filled to its last byte."""
    room = free_bytes(site.live.home)
    if room > 2**31:
        raise NotTried("the home is on no file system of its own")
    ballast = site.live.home / "ballast"
    try:
        _fill(ballast)
        time.sleep(2 * AWAY)
    finally:
        ballast.unlink(missing_ok=True)
    wait_for(lambda: site.postgres.is_up() and site.valkey.is_up() and _answers(site), seconds=60)


def same_tasks_twice(site: Site) -> None:
    with site.another_worker():
        site.live.runs(SAME_TASKS)
        time.sleep(2 * AWAY)


def bulk_redecision(site: Site) -> None:
    """Everybody is decided again: their domain is put on a list."""
    body = {"value": DOMAIN, "reason": "faults"}
    headers = {"Authorization": f"Bearer {site.key}"}
    address = f"{site.live.address}/v1/lists/suspects/entries"
    assert wait_for(lambda: _added(address, body, headers), seconds=30)


def mood(chosen: Mood, seconds: float) -> Callable[[Site], None]:
    """The party that carries codes has a bad time."""

    def suffer(site: Site) -> None:
        site.sink.mood = chosen
        time.sleep(seconds)
        site.sink.mood = Mood.WELL

    return suffer


def an_hour_later(site: Site) -> None:
    """The party takes mails, and says so when an hour has passed for whoever asked."""
    if site.clock is None:
        raise NotTried(NO_COMPILER)
    site.sink.mood = Mood.LATE
    time.sleep(AWAY)
    site.clock.set(HOUR)
    time.sleep(HANGS)
    site.sink.mood = Mood.WELL
    time.sleep(AWAY)
    site.clock.set(0)


def clock_jumps(*jumps: int) -> Callable[[Site], None]:
    """The clock shows other times, one after the other, and the true one again."""

    def suffer(site: Site) -> None:
        if site.clock is None:
            raise NotTried(NO_COMPILER)
        for seconds in (*jumps, 0):
            site.clock.set(seconds)
            time.sleep(2 * AWAY)

    return suffer


FAULTS: Mapping[str, Fault] = {
    "no fault, a bulk re-decision": Fault(bulk_redecision),
    "kill -9 of all workers": Fault(workers_killed),
    "kill -9 of the web server": Fault(web_killed),
    "kill -9 of beat": Fault(beat_killed, short=False),
    "Valkey emptied": Fault(valkey_emptied),
    "Valkey stopped, then started": Fault(valkey_stopped),
    "PostgreSQL stopped, then started": Fault(postgres_stopped),
    "kill -9 of PostgreSQL": Fault(postgres_killed, short=False),
    "the disk full": Fault(disk_full, short=False),
    "the same tasks given to two workers": Fault(same_tasks_twice),
    "the clock an hour ahead, and back": Fault(clock_jumps(HOUR), short=False, sets_clock=True),
    "the clock ten minutes behind, and back": Fault(clock_jumps(-HOUR // 6), short=False, sets_clock=True),
    "the clock to and fro by a day": Fault(clock_jumps(24 * HOUR, -HOUR, HOUR), short=False, sets_clock=True),
    "a party that says nothing": Fault(mood(Mood.HANGS, 12), short=False),
    "a party that answers garbage": Fault(mood(Mood.GARBLED, 2), short=False),
    "a party that answers twice": Fault(mood(Mood.TWICE, 2), short=False),
    "a party that answers when nobody listens": Fault(mood(Mood.LATE, 12), short=False),
    "a party that answers an hour later": Fault(an_hour_later, short=False, sets_clock=True),
}


def _answers(site: Site) -> bool:
    try:
        return requests.get(f"{site.live.address}/healthz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _added(address: str, body: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    try:
        return requests.post(address, json=body, headers=headers, timeout=10).status_code < 500
    except requests.RequestException:
        return False


def _fill(ballast: Path) -> None:
    block = b"\0" * 2**16
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(block)
        except OSError:
            return
