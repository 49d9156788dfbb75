"""One beat calls even where two are started; when it dies, hangs or is told to end, the other goes on for it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection

from config.lib import beat
from config.lib.embedded_valkey import EmbeddedValkey
from tests.granian import ROOT, database_of_this_test

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

RELAY = 0.25  # seconds
QUEUE = "interactive"
LONGEST = 30.0


class Beats:
    """Beats on one database and one broker."""

    def __init__(self, broker: EmbeddedValkey) -> None:
        self.broker = broker
        self.queue = redis.Redis(unix_socket_path=str(broker.socket), db=1)
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> int:
        """One more; its process."""
        own = {"DATABASE_URL": database_of_this_test(), "BROKER_URL": self.broker.broker_url}
        own |= {"REDIS_URL": django_settings.REDIS_URL, "RELAY_SECONDS": str(RELAY)}
        command = [sys.executable, "-m", "celery", "--quiet", "--app", "config", "beat", "--pidfile", ""]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **own}, start_new_session=True)
        self.running.append(process)
        return process.pid

    def leader(self) -> int | None:
        """The process that has the lease now."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT holder FROM lib_beatlease WHERE until > clock_timestamp()")
            row = cursor.fetchone()
        return int(row[0].split(":")[1]) if row else None

    def calls(self, seconds: float) -> int:
        """How often a relay is called for in so many seconds."""
        self.queue.delete(QUEUE)
        time.sleep(seconds)
        count: int = self.queue.llen(QUEUE)
        return count

    def end(self) -> None:
        for process in self.running:
            process.kill()
            process.wait(10)


@pytest.fixture
def beats() -> Iterator[Beats]:
    with tempfile.TemporaryDirectory(prefix="gh-") as folder:
        broker = EmbeddedValkey(Path(folder) / "valkey")
        broker.start()
        started = Beats(broker)
        with closing(started.queue):
            yield started
            started.end()
        broker.stop()


def until(true: Callable[[], bool]) -> float:
    """Wait; how many seconds it took."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < LONGEST
        time.sleep(0.1)
    return time.monotonic() - begun


def test_of_two_beats_one_calls_and_the_other_takes_over(beats: Beats) -> None:
    first = beats.start()
    until(lambda: beats.leader() == first)
    second = beats.start()
    time.sleep(4)
    assert beats.leader() == first
    assert 4 <= beats.calls(3) <= 3 / RELAY + 2, "one beat's calls, not two's"
    _a_beat_that_hangs_is_replaced_and_steps_down(beats, first, second)
    _a_beat_that_is_told_to_end_lets_go_at_once(beats, first, second)


def _a_beat_that_hangs_is_replaced_and_steps_down(beats: Beats, first: int, second: int) -> None:
    psutil.Process(first).suspend()
    assert until(lambda: beats.leader() == second) < beat.LEASE_SECONDS + 5
    psutil.Process(first).resume()
    assert 4 <= beats.calls(3) <= 3 / RELAY + 2
    assert beats.leader() == second


def _a_beat_that_is_told_to_end_lets_go_at_once(beats: Beats, first: int, second: int) -> None:
    os.kill(second, signal.SIGTERM)
    assert until(lambda: beats.leader() == first) < 5
    assert 4 <= beats.calls(3) <= 3 / RELAY + 2
