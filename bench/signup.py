"""How fast signups are decided over HTTP, beside django-allauth's headless signup on the same machine in the same run.

`make bench-signup` (or `python -m bench.signup [--accounts N] [--seconds S]`). Both run on granian with one worker a
core, on the same embedded PostgreSQL, and take turns under load. Gatehouse has N accounts of a made-up history stored
before (docs/simulate.md), and those who come are the history's next; all signals are asked. The last line is the ratio
of the rates at 8 connections, Gatehouse to allauth, the median over the turns.
"""

import argparse
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from bench.simulation.population import Plan, history
from bench.simulation.writer import signup_of
from config.lib import embedded

ALLAUTH = "django-allauth==65.21.1"
FILL = "import django; django.setup(); from verification.tasks import keep_counters; keep_counters()"
CONNECTIONS = 8
TURNS = 3
COMERS = 30_000  # more than come in the turns
DAYS, SEED = 45, "signup"


@dataclass(frozen=True, slots=True)
class Site:
    """One of the two: where it listens, what is posted to it, and what it answers when all is well."""

    name: str
    port: int
    path: str
    headers: dict[str, str]
    status: int
    bodies: Iterator[bytes]  # what the next person posts


@dataclass(slots=True)
class Load:
    """What a turn of load came to."""

    seconds: float
    spent: list[float] = field(default_factory=list)  # seconds, one a call

    @property
    def rate(self) -> float:
        """Calls a second."""
        return len(self.spent) / self.seconds

    def __str__(self) -> str:
        cut = statistics.quantiles(self.spent, n=20)
        return f"{self.rate:6.0f}/s   p50 {1000 * cut[9]:5.1f} ms   p95 {1000 * cut[18]:5.1f} ms"


def people(stored: int) -> list[dict[str, Any]]:
    """Signups of a made-up history in the order of their times: what is stored before, and then those who come."""
    plan = Plan(accounts=stored + COMERS, days=DAYS, seed=SEED)
    return [signup_of(f"acct_{number:012d}", line) for number, line in enumerate(history(plan))]


def load(site: Site, *, connections: int, seconds: float) -> Load:
    """Post for a time over a number of connections. Raises RuntimeError when an answer is not as it should be."""
    done = Load(seconds)
    ends = time.monotonic() + seconds
    failed: list[str] = []

    def post_on() -> None:
        caller = http.client.HTTPConnection("127.0.0.1", site.port)
        while time.monotonic() < ends and not failed:
            sent = next(site.bodies)
            begun = time.perf_counter()
            caller.request("POST", site.path, sent, {"Content-Type": "application/json", **site.headers})
            answer = caller.getresponse()
            said = answer.read()
            done.spent.append(time.perf_counter() - begun)
            if answer.status != site.status:
                failed.append(f"{site.name} answered {answer.status}: {said[:300]!r}")

    threads = [threading.Thread(target=post_on) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(failed[0])
    return done


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
    return port


@contextmanager
def serving(application: str, port: int, environment: dict[str, str], *, threads: int = 1) -> Iterator[int]:
    """Granian with an application while the block runs; its process. Raises TimeoutError when it does not come up."""
    workers = str(os.cpu_count() or 1)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", workers]
    command += ["--blocking-threads", str(threads), "--log-level", "warning"]
    command += ["--host", "127.0.0.1", "--port", str(port), application]
    with subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True) as server:
        try:
            _wait_for(port)
            yield server.pid
        finally:
            # A worker that is still loading when its granian is told to end would never hear of it.
            os.killpg(server.pid, signal.SIGKILL)


def _wait_for(port: int) -> None:
    for _ in range(1200):  # two minutes, for machines that are busy
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on {port}")


def run(*arguments: str, environment: dict[str, str] | None = None) -> str:
    """A Python command, and what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments], env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, check=True
    )
    return done.stdout.decode()


@contextmanager
def gatehouse(home: Path, accounts: int) -> Iterator[Site]:
    """Gatehouse with accounts stored."""
    run("manage.py", "migrate", "--verbosity", "0")
    key = json.loads(run("manage.py", "first_start"))["secret_key"]
    everybody = people(accounts)
    stored = home / "history.jsonl"
    stored.write_text("".join(json.dumps(person) + "\n" for person in everybody[:accounts]))
    run("manage.py", "import_signups", str(stored))
    run("-c", FILL)  # as beat does; what it fills counts for longer than the turns take
    comers = [json.dumps(_now(person)).encode() for person in everybody[accounts:]]
    port = free_port()
    with serving("config.wsgi:application", port, {"LIMIT_SECRET": "100000000/minute", "LOG_LEVEL": "ERROR"}):
        yield Site("gatehouse", port, "/v1/signups", {"Authorization": f"Bearer {key}"}, 201, iter(comers))


def _now(person: dict[str, Any]) -> dict[str, Any]:
    """The same signup as one that comes at the time of the call."""
    return {name: value for name, value in person.items() if name != "created_at"}


@contextmanager
def allauth(home: Path, database_url: str) -> Iterator[Site]:
    """The yardstick, installed beside, in a database of its own."""
    beside = home / "allauth"
    run("-m", "pip", "install", "--quiet", "--no-deps", "--target", str(beside), ALLAUTH)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE allauth")
    environment = {
        "DJANGO_SETTINGS_MODULE": "bench._allauth_site",
        "ALLAUTH_DATABASE_URL": database_url.replace("/gatehouse", "/allauth", 1),
        "PYTHONPATH": os.pathsep.join([str(beside), str(Path.cwd())]),
    }
    run("-m", "django", "migrate", "--verbosity", "0", environment=environment)
    port = free_port()
    with serving("bench._allauth_wsgi:application", port, environment):
        yield Site("allauth", port, "/_allauth/app/v1/auth/signup", {}, 200, map(_password, count()))


def _password(number: int) -> bytes:
    return json.dumps({"email": f"person{number}@gmail.com", "password": "correct horse battery staple"}).encode()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=20_000, help="stored in Gatehouse before")
    parser.add_argument("--seconds", type=float, default=6.0, help="of load in each turn")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as up:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        run("-m", "risk.intel.build", "--home", folder)
        addresses = up.enter_context(embedded.running(home))
        sites = (
            up.enter_context(gatehouse(home, chosen.accounts)),
            up.enter_context(allauth(home, addresses.database_url)),
        )
        for site in sites:
            load(site, connections=CONNECTIONS, seconds=2)  # warm
            print(f"{site.name:10} 1 connection   {load(site, connections=1, seconds=chosen.seconds)}")
        ratios = []
        for _ in range(TURNS):
            turn = [load(site, connections=CONNECTIONS, seconds=chosen.seconds) for site in sites]
            for site, came in zip(sites, turn, strict=True):
                print(f"{site.name:10} {CONNECTIONS} connections  {came}")
            ratios.append(turn[0].rate / turn[1].rate)
        print(f"ratio: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
