"""Hostile calls through the HTTP door of Gatehouse as it runs, and what became of it."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from random import Random

import psutil

from tests.granian import Servers, serving
from tests.hostile.inputs import Call, Keys, calls

THREADS = 2
SLOW_SECONDS = 1.0
TRIES = 5  # of what was slow: a busy machine is slow once, a bad expression each time
WARM = 0.2  # of the calls, after which memory is not to grow any more
GROWTH = 1.15  # of a web process, from then to the end
GROWTH_MB = 25.0
MEGABYTE = 2**20
OPEN_DOORS = {
    "LIMIT_SECRET": "100000000/minute",
    "LIMIT_PUBLISHABLE": "100000000/minute",
    "LIMIT_PUBLISHABLE_ADDRESS": "100000000/minute",
    "LIMIT_ANONYMOUS": "100000000/minute",
    "LIMIT_LOOKUPS": "100000000/minute",
    "LOG_LEVEL": "ERROR",
}
KEYS = """
from config.lib.auth import PUBLISHABLE_SCOPES, SCOPES, create_key
from risk.policies.store import DEFAULT, publish, read
publish({**read(DEFAULT), "lists": [{"name": "suspects", "of": "domains", "effect": "watch"}]})
secret = sorted(set(SCOPES) - {"policy:manage", "persons:read", "persons:erase"})
for kind, scopes in (("secret", secret), ("publishable", sorted(PUBLISHABLE_SCOPES))):
    print(create_key(kind=kind, scopes=scopes, application="shop", name="hostile"))
"""


@dataclass(slots=True)
class Came:
    """What became of calls."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[int, float]] = field(default_factory=list)  # calls so far, MB of the largest web process

    @property
    def number(self) -> int:
        """How many calls were answered."""
        return self.statuses.total()

    def grown(self) -> tuple[float, float]:
        """MB of the largest web process once all is warm, and at the end."""
        warm = [megabytes for number, megabytes in self.memory if number >= WARM * self.number]
        return (warm[0], warm[-1]) if warm else (0.0, 0.0)

    def grows(self) -> bool:
        """Whether memory went on growing."""
        warm, last = self.grown()
        return last > max(GROWTH * warm, warm + GROWTH_MB)


class Wire:
    """One connection, made anew where it was closed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection: socket.socket | None = None

    def ask(self, call: Call) -> int:
        """The status that a call is answered with. Raises OSError or HTTPException where it is not."""
        if self.connection is not None:
            with suppress(OSError, HTTPException):
                return self._ask(call)
            self.close()
        return self._ask(call)

    def _ask(self, call: Call) -> int:
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent; the answer tells why
            self.connection.sendall(call.wire())
        answer = HTTPResponse(self.connection, method=call.method)
        answer.begin()
        answer.read()
        if answer.will_close:
            self.close()
        return answer.status

    def close(self) -> None:
        """Hang up."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def seconds_of(wire: Wire, call: Call) -> tuple[int, float]:
    """A call's status, and how long it took; the shortest of several times where that was long."""
    times = []
    for _ in range(TRIES):
        begun = time.monotonic()
        status = wire.ask(call)
        times.append(time.monotonic() - begun)
        if times[-1] < SLOW_SECONDS:
            break
    return status, min(times)


@dataclass(frozen=True, slots=True)
class Site:
    """Gatehouse that is up, and those who call it."""

    port: int
    keys: Keys
    workers: Sequence[psutil.Process]

    def megabytes(self) -> float:
        """Of the largest web process."""
        return max(process.memory_info().rss for process in self.workers) / MEGABYTE


@contextmanager
def site(home: Path) -> Iterator[Site]:
    """Gatehouse on servers of its own, whose doors let any number of calls in."""
    servers = Servers.made(home)
    try:
        secret, publishable = servers.manage("shell", "--verbosity", "0", "--command", KEYS).split()[-2:]
        with serving({**servers.environment, **OPEN_DOORS}) as port:
            yield Site(port, Keys(secret, publishable), _workers(servers.environment["GATEHOUSE_HOME"]))
    finally:
        servers.stop()


def _workers(home: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if "granian" in process.cmdline() and process.environ().get("GATEHOUSE_HOME") == home:
                found.append(process)
    return found


def attack(site: Site, number: int, seed: int, say: Callable[[str], object]) -> Came:
    """So many calls, by some callers at once."""
    came, lock = Came(), threading.Lock()

    def call_for(share: int, luck: Random) -> None:
        wire, make = Wire(site.port), calls(luck, site.keys)
        for _ in range(share):
            call = make()
            try:
                status, seconds = seconds_of(wire, call)
            except (OSError, HTTPException) as failure:
                status, seconds = 0, 0.0
                wire.close()
                _note(came, lock, f"no answer ({type(failure).__name__}) to {_told(call)}")
            if status >= 500:
                _note(came, lock, f"{status} to {_told(call)}")
            if seconds >= SLOW_SECONDS:
                _note(came, lock, f"{seconds:.1f} s for {_told(call)}")
            with lock:
                came.statuses[status] += 1
                came.slowest = max(came.slowest, seconds)
        wire.close()

    # Fixed by the seed, whatever the threads do.
    callers = [
        threading.Thread(target=call_for, args=(number // THREADS, Random(f"{seed}-{place}")))
        for place in range(THREADS)
    ]
    for caller in callers:
        caller.start()
    while any(caller.is_alive() for caller in callers):
        time.sleep(0.5)
        came.memory.append((came.number, site.megabytes()))
        if len(came.memory) % 60 == 0:
            say(f"{came.number:,} calls, {came.memory[-1][1]:.0f} MB, {len(came.wrong)} wrong")
    return came


def _note(came: Came, lock: threading.Lock, wrong: str) -> None:
    with lock:
        came.wrong.append(wrong)


def _told(call: Call) -> str:
    """Enough of it to do it again."""
    target = call.target[:200].decode("latin-1")
    return f"{call.method} {target} {json.dumps(call.body[:1500].decode('latin-1'))}"


def table(came: Came) -> str:
    """What a person reads of it."""
    warm, last = came.grown()
    lines = [f"{came.number:,} calls, the slowest {came.slowest:.2f} s, {len(came.wrong)} answered wrongly or late"]
    lines += [f"  {status or 'none'}: {count:,}" for status, count in sorted(came.statuses.items())]
    lines.append(f"  largest web process: {warm:.0f} MB after a fifth of them, {last:.0f} MB at the end")
    return "\n".join([*lines, *came.wrong[:20]])
