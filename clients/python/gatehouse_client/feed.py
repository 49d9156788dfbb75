"""The feed of changes, followed by a thread: what it tells is passed on at once, and how fresh that is can be asked."""

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from gatehouse_client.answers import TierChange
from gatehouse_client.errors import CursorExpired, GatehouseError, Refused
from gatehouse_client.transport import Call, Transport

log = logging.getLogger(__name__)

NEVER: Final = float("-inf")
AT_ONCE: Final = 1000
STOPPING_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Following:
    """How the feed is followed, in seconds.

    `wait` is how long a call may wait for the next change; with `slack`, how old the last answer may be before what is
    known counts as stale. After a fault the next call comes within `pause`, after a refusal within `refused_pause`.
    """

    wait: int = 10
    slack: float = 5.0
    pause: float = 1.0
    refused_pause: float = 5.0


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who is told: of each change, and that all that was known before is to be dropped."""

    changed: Callable[[TierChange], None]
    begun_anew: Callable[[], None]


class Feed:
    """Follows the feed from `start` to `stop`. It begins with the changes that tokens still about may be revoked by."""

    def __init__(self, transport: Transport, hearers: Hearers, following: Following) -> None:
        self._transport, self._hearers, self._following = transport, hearers, following
        self._cursor = ""
        self._read_at = NEVER
        self._stopped = threading.Event()
        self._caught_up = threading.Event()
        self._thread: threading.Thread | None = None
        self.fault: GatehouseError | None = None  # what the last call came to, where that was no answer

    def start(self) -> Self:
        """Begin to follow, on a thread of its own that ends with the process. A second time changes nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="gatehouse-feed", daemon=True)
            self._thread.start()
        return self

    def stop(self) -> None:
        """Follow no more: from here on it is stale."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(STOPPING_SECONDS)  # it may wait for an answer, and is a daemon

    def wait_until_caught_up(self, seconds: float) -> bool:
        """Wait until everything up to now was read once; whether it was."""
        return self._caught_up.wait(seconds)

    @property
    def age(self) -> float:
        """Seconds since everything up to then was read; infinite before the first time and after the end."""
        return float("inf") if self._stopped.is_set() else time.monotonic() - self._read_at

    @property
    def is_fresh(self) -> bool:
        """Whether a change would be known here by now. Where not, what is known is stale."""
        return self.age <= self._following.wait + self._following.slack

    def _run(self) -> None:
        while not self._stopped.is_set():
            pause = self._step()
            if pause:
                self._stopped.wait(pause)

    def _step(self) -> float:
        """Read once and pass on. Returns the seconds to let pass."""
        try:
            page = self._read()
            self._pass_on([TierChange.of(item) for item in page["items"]])
        except CursorExpired:
            log.warning("the feed cannot be followed from where it was; beginning anew")
            self._begin_anew()
            return 0.0
        except GatehouseError as fault:
            return self._failed(fault)
        except (KeyError, TypeError, ValueError) as fault:  # an answer of another form: some proxy's
            return self._failed(GatehouseError(f"an answer that cannot be read: {fault!r}"))
        self._cursor, self.fault = page["next"], None
        if not page["more"]:
            self._read_at = time.monotonic()
            self._caught_up.set()
        return 0.0 if page["more"] else float(page["come_again"])

    def _read(self) -> dict[str, Any]:
        # The first time there is much to read, and everybody waits for the end of it.
        wait = self._following.wait if self._caught_up.is_set() and self.is_fresh else 0
        query: dict[str, str | int] = {"wait": wait, "limit": AT_ONCE}
        if self._cursor:
            query["cursor"] = self._cursor
        read = wait + self._transport.patience.read
        page: dict[str, Any] = self._transport.call(Call("GET", "/v1/tier-changes", params=query, read=read)).json()
        return page

    def _pass_on(self, changes: Sequence[TierChange]) -> None:
        for change in changes:
            try:
                self._hearers.changed(change)
            except Exception:
                log.exception("a hearer of changes failed; the feed goes on")

    def _begin_anew(self) -> None:
        self._cursor, self._read_at = "", NEVER
        self._hearers.begun_anew()

    def _failed(self, fault: GatehouseError) -> float:
        if self.fault is None:
            log.warning("the feed cannot be read: %s", fault)
        self.fault = fault
        longest = self._following.refused_pause if isinstance(fault, Refused) else self._following.pause
        return random.uniform(longest / 2, longest)  # noqa: S311 - so that gateways do not come back together
