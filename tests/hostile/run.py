"""Hostile calls through the HTTP door of Gatehouse as it runs, and what became of it."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from random import Random

import psutil

from tests.granian import Servers, serving
from tests.hostile.bulk import calls, refused, unanswered
from tests.hostile.inputs import Call, Keys

THREADS = 3  # one more than there are web processes, so that none waits for the caller
SLOW_SECONDS = 1.0
TRIES = 5  # of what was slow: a busy machine is slow once, a bad expression each time
WARM = 0.2  # of the calls, after which memory is not to grow any more
GROWTH = 1.15  # of a web process, from then to the end
GROWTH_MB = 25.0
MEGABYTE = 2**20
LOCK = threading.Lock()
OPEN_DOORS = {
    "LIMIT_SECRET": "100000000/minute",
    "LIMIT_PUBLISHABLE": "100000000/minute",
    "LIMIT_PUBLISHABLE_ADDRESS": "100000000/minute",
    "LIMIT_ANONYMOUS": "100000000/minute",
    "LIMIT_REPORTS": "100000000/day",
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
    inputs: int = 0  # that were answered one by one, or by a call of their own
    refused: int = 0  # of those that came by the hundred
    bulk: int = 0  # calls that brought them
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

    def ask(self, call: Call) -> tuple[int, bytes]:
        """What a call is answered: the status and the body. Raises OSError or HTTPException where it is not."""
        if self.connection is not None:
            with suppress(OSError, HTTPException):
                return self._ask(call)
            self.close()
        return self._ask(call)

    def _ask(self, call: Call) -> tuple[int, bytes]:
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent; the answer tells why
            self.connection.sendall(call.wire())
        answer = HTTPResponse(self.connection, method=call.method)
        answer.begin()
        said = answer.read()
        if answer.will_close:
            self.close()
        return answer.status, said

    def close(self) -> None:
        """Hang up."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def seconds_of(wire: Wire, call: Call) -> tuple[int, bytes, float]:
    """A call's answer, and how long it took; the shortest of several times where that was long."""
    times = []
    for _ in range(TRIES):
        begun = time.monotonic()
        status, said = wire.ask(call)
        times.append(time.monotonic() - begun)
        if times[-1] < SLOW_SECONDS:
            break
    return status, said, min(times)


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
    """So many inputs, by some callers at once. What they send is fixed by the seed, whatever the threads do."""
    came = Came()
    callers = [_Caller(site, came, number // THREADS, Random(f"{seed}-{place}")) for place in range(THREADS)]
    threads = [threading.Thread(target=caller.call) for caller in callers]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.5)
        came.memory.append((came.number, site.megabytes()))
        if len(came.memory) % 60 == 0:
            say(f"{came.inputs:,} inputs, {came.number:,} calls, {came.memory[-1][1]:.0f} MB, {len(came.wrong)} wrong")
    return came


@dataclass(slots=True)
class _Caller:
    """One of those who call, over a connection of its own."""

    site: Site
    came: Came
    share: int  # inputs
    luck: Random

    def call(self) -> None:
        """Call until so many inputs were answered."""
        wire, make = Wire(self.site.port), calls(self.luck, self.site.keys)
        answered = 0
        while answered < self.share:
            call = make()
            try:
                status, said, seconds = seconds_of(wire, call)
            except (OSError, HTTPException) as failure:
                status, said, seconds = 0, b"", 0.0
                wire.close()
                self._note(f"no answer ({type(failure).__name__}) to {_told(call)}")
            answered += self._count(call, status, said)
            with LOCK:
                self.came.statuses[status] += 1
                self.came.slowest = max(self.came.slowest, seconds)
            if status >= 500:
                self._note(f"{status} to {_told(call)}")
            if seconds >= SLOW_SECONDS:
                self._note(f"{seconds:.1f} s for {_told(call)}")
        wire.close()

    def _count(self, call: Call, status: int, said: bytes) -> int:
        """How many inputs this answers: of a call of many, all of them or, where the whole was refused, one."""
        many = call.inputs > 1
        taken = many and status == HTTPStatus.OK
        if many and not taken:
            self._note(f"{status} to all of {call.inputs} inputs: {said[:200]!r} to {_told(call)}")
        elif many and (missing := unanswered(call, said)):
            self._note(f"{missing} of {call.inputs} inputs are not told of to {_told(call)}")
        inputs = call.inputs if taken else 1
        with LOCK:
            self.came.inputs += inputs
            self.came.bulk += many
            self.came.refused += refused(call, said) if taken else 0
        return inputs

    def _note(self, wrong: str) -> None:
        with LOCK:
            self.came.wrong.append(wrong)


def _told(call: Call) -> str:
    """Enough of it to do it again."""
    target = call.target[:200].decode("latin-1")
    return f"{call.method} {target} {json.dumps(call.body[:1500].decode('latin-1'))}"


def table(came: Came) -> str:
    """What a person reads of it."""
    warm, last = came.grown()
    lines = [
        f"{came.inputs:,} inputs in {came.number:,} calls; {came.bulk:,} of many, {came.refused:,} refused there",
        f"the slowest call took {came.slowest:.2f} s, {len(came.wrong)} were answered wrongly or late",
    ]
    lines += [f"  {status or 'none'}: {count:,}" for status, count in sorted(came.statuses.items())]
    lines.append(f"  largest web process: {warm:.0f} MB after a fifth of them, {last:.0f} MB at the end")
    return "\n".join([*lines, *came.wrong[:20]])
