"""How fast tiers are looked up over HTTP, beside a bare WSGI hello on the same granian in the same run.

`make bench-lookup` (or `python -m bench.lookup [--accounts N] [--asked N] [--seconds S] [--threads N]`). PostgreSQL
and Valkey are real; `--accounts` are stored and `--asked` of them are asked for, at random. All listen at once, one
worker a core with `--threads` each (docs/production.md has three), and take turns under wrk. A turn begins with a
second that is not counted: while the others had theirs, every copy came to its end, as none does that is asked for all
the time. Beside the hello stands one that asks Valkey with redis-py first. The last line is the ratio of the rates at
32 connections: the door with its local copies to the hello, the median over the turns.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil
import psycopg

from bench._wrk import CONNECTIONS, Load, load, require_wrk
from bench.signup import free_port, run, serving
from config.lib import embedded

TURNS = 5
BATCH = 100
FILL = """
INSERT INTO tiers_account (account_id, test, created_at, tier, outcome, score, held, version)
SELECT 'acct_' || number, false, now(), (ARRAY['trial', 'basic', 'standard', 'trusted'])[1 + number %% 4],
       'allow', 1.0, false, 1
FROM generate_series(1, %s) number
"""
SCRIPT = """
wrk.headers["Authorization"] = "Bearer KEY"
math.randomseed(os.time())
request = function() return wrk.format("GET", "/v1/accounts/acct_" .. math.random(1, ASKED) .. "/tier") end
"""
LIMITS = {"LIMIT_SECRET": "100000000/minute", "LIMIT_LOOKUPS": "1000000000/minute", "LOG_LEVEL": "ERROR"}


@dataclass(frozen=True, slots=True)
class Site:
    """One of those that are measured."""

    name: str
    application: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Server:
    """A site that is up: where it listens, and its granian."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn came to, and what a call cost the web processes in processor time, however busy the machine is."""

    load: Load
    processor_us: float

    def __str__(self) -> str:
        return f"{self.load}   {self.processor_us:6.1f} us of processor a call"


HELLO = Site("bare hello", "bench._hello:application", {})
ASKING = Site("hello, redis-py asked", "bench._hello_valkey:application", {})
DOOR = Site("door, local copies", "config.wsgi:application", {})
VALKEY = Site("door, Valkey each time", "config.wsgi:application", {"LOCAL_COPIES": "0"})
BEHIND = Site("Django's view", "config.wsgi:behind", {})
SITES = (HELLO, ASKING, DOOR, VALKEY, BEHIND)


@contextmanager
def listening(site: Site, *, threads: int = 1) -> Iterator[Server]:
    """A site while the block runs, with so many threads in each worker."""
    port = free_port()
    with serving(site.application, port, {**LIMITS, **site.settings}, threads=threads) as pid:
        yield Server(port, pid)


def prepare(database_url: str, accounts: int) -> str:
    """Tables, accounts and a key, which is given back."""
    run("manage.py", "migrate", "--verbosity", "0")
    key: str = json.loads(run("manage.py", "first_start"))["secret_key"]
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(FILL, [accounts])
        connection.execute("ANALYZE tiers_account")
    return key


def batch_milliseconds(port: int, key: str, asked: int) -> float:
    """The median time of a lookup of 100, asked one after the other, over accounts that were not asked for lately."""
    caller = HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    spent = []
    for start in range(1, asked, BATCH):
        body = json.dumps({"account_ids": [f"acct_{start + number}" for number in range(BATCH)]})
        begun = time.perf_counter()
        caller.request("POST", "/v1/tiers/lookup", body, headers)
        answer = caller.getresponse()
        said = json.loads(answer.read())
        spent.append(1000 * (time.perf_counter() - begun))
        if answer.status != 200 or len(said["items"]) != BATCH:
            raise RuntimeError(said)
    return statistics.median(spent)


def turns(servers: Mapping[str, Server], script: Path, seconds: float) -> dict[str, list[Turn]]:
    """Every site under load, in turns."""
    done: dict[str, list[Turn]] = {name: [] for name in servers}
    for _ in range(TURNS):
        for name, server in servers.items():
            load(server.port, script, seconds=1)  # warm
            before = _spent(server)
            came = load(server.port, script, seconds=seconds)
            calls = came.rate * max(1, round(seconds))
            done[name].append(Turn(came, 1e6 * (_spent(server) - before) / calls))
            print(f"{name:24} {CONNECTIONS} connections   {done[name][-1]}", flush=True)
    return done


def _spent(server: Server) -> float:
    """Seconds of processor that its web processes have spent; what PostgreSQL and Valkey spend is not in it."""
    processes = psutil.Process(server.pid).children(recursive=True)
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def ratio(done: Mapping[str, list[Turn]], site: Site) -> float:
    """The median over the turns of a site's rate to the hello's of the same turn."""
    pairs = zip(done[site.name], done[HELLO.name], strict=True)
    return statistics.median(mine.load.rate / hello.load.rate for mine, hello in pairs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=200_000, help="stored")
    parser.add_argument("--asked", type=int, default=2_000, help="of them asked for")
    parser.add_argument("--seconds", type=float, default=4.0, help="of load in each turn")
    parser.add_argument("--threads", type=int, default=1, help="of each worker")
    chosen = parser.parse_args()
    require_wrk()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as up:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        addresses = up.enter_context(embedded.running(home))
        key = prepare(addresses.database_url, chosen.accounts)
        script = home / "lookup.lua"
        script.write_text(SCRIPT.replace("KEY", key).replace("ASKED", str(chosen.asked)))
        servers = {site.name: up.enter_context(listening(site, threads=chosen.threads)) for site in SITES}
        batch = batch_milliseconds(servers[VALKEY.name].port, key, min(chosen.accounts, 50 * BATCH))
        print(f"a batch of {BATCH}: median {batch:.1f} ms", flush=True)
        done = turns(servers, script, chosen.seconds)
    for site in SITES[1:]:
        p99 = statistics.median(turn.load.p99 for turn in done[site.name])
        print(f"{site.name:24} {ratio(done, site):.2f} of a bare hello, p99 {p99:.2f} ms (median of {TURNS} turns)")
    print(f"ratio: {ratio(done, DOOR):.2f}")


if __name__ == "__main__":
    main()
