"""The site that faults are done to: Gatehouse as `make run` starts it, with its processes and servers in reach."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis
import requests

from config.lib.embedded_postgres import EmbeddedPostgres
from config.lib.embedded_valkey import EmbeddedValkey
from config.lib.locks import held
from tests.e2e.live import OWN_SERVERS, ROOT, Live
from tests.faults.clock import Clock
from tests.faults.sink import Sink
from tests.receiver import Receiver

ANOTHER = "another"  # the name of a worker beside those of `make run`
PROGRAMS = {"web": "granian", "workers": "worker", "beat": "beat"}  # a word of each one's command line
POLICY = """
from risk.policies.store import DEFAULT, publish, read
publish({**read(DEFAULT), "lists": [{"name": "suspects", "of": "domains", "effect": "watch"}]})
"""
KEY = """
from pathlib import Path
from config.lib.auth import create_key
scopes = ["signups:write", "signups:read", "lists:write", "lists:read", "webhooks:write", "webhooks:read"]
Path({path!r}).write_text(create_key(kind="secret", scopes=scopes, application="shop", name="faults"))
"""


@dataclass
class Site:
    """What runs, and who stands around it."""

    live: Live
    sink: Sink
    receiver: Receiver
    key: str = ""
    people: int = 0  # how many have come
    clock: Clock | None = None  # None where it cannot be set
    redecide: Callable[[], None] = field(default=lambda: None)  # has all accounts decided again; nothing, unless set

    @property
    def postgres(self) -> EmbeddedPostgres:
        return EmbeddedPostgres(self.live.home / "postgres")

    @property
    def valkey(self) -> EmbeddedValkey:
        return EmbeddedValkey(self.live.home / "valkey")

    def set_up(self) -> None:
        """A key, and a policy with a list by which everybody is decided again."""
        kept = self.live.home / "key"
        self.live.runs(POLICY + KEY.format(path=str(kept)))
        self.key = kept.read_text()

    def processes(self, kind: str) -> list[psutil.Process]:
        """Those of one kind, found without the code under test."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                of_home = process.environ().get("GATEHOUSE_HOME") == str(self.live.home)
                if of_home and PROGRAMS[kind] in process.cmdline():
                    found.append(process)
        return found

    def processes_of_postgres(self) -> list[psutil.Process]:
        """The server and its children."""
        started = int((self.postgres.data / "postmaster.pid").read_text().splitlines()[0])
        with suppress(psutil.NoSuchProcess):
            return [psutil.Process(started)]
        return []

    def hook(self) -> None:
        """The receiver is told of everything."""
        answer = requests.post(
            f"{self.live.address}/v1/webhook-endpoints",
            json={"url": self.receiver.url, "events": ["*"]},
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=10,
        )
        answer.raise_for_status()

    def kill(self, kind: str) -> None:
        """Kill -9."""
        for process in self.processes(kind):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    @contextmanager
    def another_worker(self) -> Iterator[None]:
        """One more for the same queues, beside those that run, while the block runs."""
        its = self.processes("workers")[0].environ()
        options = ["--hostname", f"{ANOTHER}@%h", "--queues", "interactive,outside,bulk", "--concurrency", "1"]
        quiet = ["-W", "ignore:You're running the worker with superuser"]
        command = [sys.executable, *quiet, "-m", "celery", "--quiet", "--app", "config", "worker", *options]
        process = subprocess.Popen(
            [*command, "--loglevel", "WARNING", "--without-gossip", "--without-mingle"], cwd=ROOT, env=its
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(90)

    def hold_down(self, server: EmbeddedPostgres | EmbeddedValkey, seconds: float) -> None:
        """Stop a server, and keep it from being started again for so long."""
        with held(self.live.home / "start.lock"):
            server.stop()
            time.sleep(seconds)

    def broker(self) -> redis.Redis:
        """Valkey, both of its databases."""
        return redis.Redis(unix_socket_path=str(self.valkey.socket))

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database says."""
        with psycopg.connect(self.postgres.url) as reader:
            return reader.execute(sql.encode()).fetchall()

    def count(self, sql: str) -> int:
        """The one number of a query."""
        return int(self.ask(sql)[0][0])

    def command(self, *arguments: str) -> str:
        """A command's complaint; empty where it ended well."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**os.environ, **dict.fromkeys(OWN_SERVERS, ""), "GATEHOUSE_HOME": str(self.live.home)},
            check=False,
            capture_output=True,
            text=True,
        )
        return "" if done.returncode == 0 else (done.stderr or done.stdout).strip().splitlines()[-1]


def wait_for(true: Callable[[], bool], *, seconds: float) -> bool:
    """Whether something comes true in time; a server that is away has not made it so."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(psycopg.Error, redis.RedisError, OSError):
            if true():
                return True
        time.sleep(0.25)
    return False


def home_settings(sink: Sink) -> dict[str, str]:
    """Settings of a site that is small and quick to look after things."""
    return {
        "WEB_WORKERS": "1",
        "TASK_WORKERS": "1",
        "MAIL_PROVIDER": "django",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sink.port),
        "WEBHOOK_LOOPBACK": "on",
        "WEBHOOK_TIMEOUT_SECONDS": "2",
        "RELAY_SECONDS": "0.5",
        "RECHECK_SECONDS": "2",
        "RINGS_SECONDS": "3600",
        "LIMIT_SECRET": "600000/minute",
    }


def free_bytes(path: Path) -> int:
    """How much room there is."""
    return psutil.disk_usage(str(path)).free
