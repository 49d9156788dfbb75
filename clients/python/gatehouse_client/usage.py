"""Use, reported by a gateway: calls are noted in passing, counted in the background, and sent by the hour.

`note` never waits and never raises: what a full queue cannot take is dropped and counted. Gatehouse away means that
windows wait, the oldest leaving first where they are too many.
"""

import logging
import queue
import random
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from gatehouse_client.errors import GatehouseError, Refused
from gatehouse_client.sketches import distance, sketch
from gatehouse_client.transport import Call, Transport

MOST_WINDOWS: Final = 1000  # of one call
MOST_SKETCHES: Final = 8  # of one window
NEAR: Final = 3  # bits: sketches of one template with other words filled in
CLIENT_LENGTH: Final = 200
NO: Final = 400  # a body that is none; anything else may pass later

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Used:
    """One call of an account. `prompt` is sketched here, and goes no further."""

    account_id: str
    input_tokens: int = 0
    output_tokens: int = 0
    ip: str | None = None
    client: str | None = None
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Reporting:
    """How use is reported. `seconds` are those of a window: an hour, or less of it where you want it told sooner."""

    seconds: int = 3600
    calls_waiting: int = 100_000
    windows_waiting: int = 200_000
    every: float = 5.0  # seconds between looks for windows that are over


@dataclass(slots=True)
class Told:
    """What became of it. `dropped` calls found the queue full, `lost` windows waited too long or were refused."""

    sent: int = 0
    dropped: int = 0
    lost: int = 0


@dataclass(slots=True)
class _Window:
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    sketches: list[str] = field(default_factory=list)

    def add(self, used: Used) -> None:
        self.requests += 1
        self.input_tokens += max(0, used.input_tokens)
        self.output_tokens += max(0, used.output_tokens)
        made = sketch(used.prompt) if used.prompt and len(self.sketches) < MOST_SKETCHES else None
        if made and all(distance(made, one) > NEAR for one in self.sketches):
            self.sketches.append(made)


_Key = tuple[int, str, str | None, str | None]


class Reporter:
    """Reports the use of one gateway process. Safe to use from many threads.

    A window counts once under its start, and two processes of a gateway may count the same hour of the same account: so
    each process begins its windows at a moment of its own, within the first second.
    """

    def __init__(self, transport: Transport, reporting: Reporting | None = None) -> None:
        self.told = Told()
        self._transport = transport
        self._how = reporting or Reporting()
        self._calls: queue.Queue[tuple[float, Used]] = queue.Queue(self._how.calls_waiting)
        self._windows: dict[_Key, _Window] = {}
        self._due: deque[Mapping[str, Any]] = deque()
        self._own = random.randrange(1_000_000)  # noqa: S311 # microseconds: tells processes apart, guards nothing
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="gatehouse-usage", daemon=True)

    def start(self) -> "Reporter":
        """Begin to count and send, in the background."""
        self._thread.start()
        return self

    def note(self, used: Used) -> None:
        """One call happened now. Neither waits nor raises."""
        try:
            self._calls.put_nowait((time.time(), used))
        except queue.Full:
            self.told.dropped += 1

    def stop(self, *, within: float = 5.0) -> None:
        """Send what was counted so far, and stop; what comes of this hour afterwards is a window of its own."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(within)

    def _work(self) -> None:
        looked = time.monotonic()
        while not self._stopping.is_set():
            with suppress(queue.Empty):
                self._count(*self._calls.get(timeout=self._how.every))
            if time.monotonic() - looked >= self._how.every:
                looked = time.monotonic()
                self._close(before=self._begin(time.time()))
                self._send()
        while not self._calls.empty():
            self._count(*self._calls.get_nowait())
        self._close(before=None)
        self._send()

    def _begin(self, moment: float) -> int:
        return int(moment // self._how.seconds) * self._how.seconds

    def _count(self, at: float, used: Used) -> None:
        client = used.client[:CLIENT_LENGTH] if used.client else None
        key = (self._begin(at), used.account_id, used.ip, client)
        self._windows.setdefault(key, _Window()).add(used)

    def _close(self, *, before: int | None) -> None:
        """Windows that are over wait to be sent; None: all of them."""
        for key in [key for key in self._windows if before is None or key[0] < before]:
            self._due.append(self._body(key, self._windows.pop(key)))
        if before is None:
            self._own = (self._own + 1) % 1_000_000  # what is counted on of this hour is another window
        while len(self._due) > self._how.windows_waiting:
            self._due.popleft()
            self.told.lost += 1

    def _body(self, key: _Key, window: _Window) -> Mapping[str, Any]:
        begin, account_id, ip, client = key
        start = datetime.fromtimestamp(begin, UTC).replace(microsecond=self._own)
        return {
            "account_id": account_id,
            "window_start": start.isoformat(),
            "requests": window.requests,
            "input_tokens": window.input_tokens,
            "output_tokens": window.output_tokens,
            "ip": ip,
            "client": client,
            "prompt_sketches": window.sketches,
        }

    def _send(self) -> None:
        while self._due:
            batch = [self._due[place] for place in range(min(MOST_WINDOWS, len(self._due)))]
            try:
                refused = send(self._transport, batch)
            except Refused as no:
                if no.status != NO:
                    log.warning("Usage is not taken now: %s", no)
                    return
                log.warning("Usage was refused and is lost: %s", no)
                refused = [str(no)] * len(batch)
            except GatehouseError as away:
                log.warning("Usage waits: %s", away)
                return
            for _ in batch:
                self._due.popleft()
            self.told.lost += len(refused)
            self.told.sent += len(batch) - len(refused)
            if refused:
                log.warning("%d usage windows were refused, the first: %s", len(refused), refused[0])


def send(transport: Transport, windows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Send up to MOST_WINDOWS windows of your own making (docs/formats.md); gives why some were not taken.

    Raises:
        Refused: none was taken: the key may not, or the body is no array of windows.
        Unavailable: Gatehouse is away. Send them again: what was there already counts once.

    """
    told = transport.call(Call("POST", "/v1/usage", json=list(windows), read=10.0)).json()
    return [f"{each['index']}: {each['detail']}" for each in told["refused"]]
