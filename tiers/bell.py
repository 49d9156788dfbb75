"""A bell in Valkey: rung after a change was committed, heard by who waits for one.

It only makes waiting shorter. Who waits looks into the database every LONGEST_SLEEP all the same, so a ring that was
lost, or Valkey away, costs a second or two and no change.
"""

import math
import time
from typing import Any, Final

import structlog
from django.conf import settings
from redis import Redis, RedisError

from risk.counters import client_of

log = structlog.get_logger(__name__)

KEY: Final = "gatehouse:bell:tiers"  # a stream of one entry: who read its last id misses no later one
LONGEST_SLEEP: Final = 2.0  # seconds
SLEEP_ALONE: Final = 1.0  # while Valkey is away
LEAVE_ALONE_SECONDS: Final = 5.0  # how long Valkey is not asked after it failed
SAY_EVERY_SECONDS: Final = 60.0
NEVER: Final = "0-0"


def ring() -> None:
    """Wake who waits. With Valkey away they wake by themselves."""
    _bell.ask(lambda client: client.xadd(KEY, {"": ""}, maxlen=1, approximate=False))


def last() -> str | None:
    """The mark of the last ring, to listen from; None while Valkey is away."""
    entries = _bell.ask(lambda client: client.xrevrange(KEY, count=1) or [(NEVER.encode(), {})])
    return entries[0][0].decode() if entries else None


def sleep(mark: str | None, seconds: float) -> None:
    """Until the bell rings after the mark, and no longer than these seconds or LONGEST_SLEEP."""
    until = time.monotonic() + min(seconds, LONGEST_SLEEP)
    pause = max(1, math.ceil(min(seconds, LONGEST_SLEEP) * 1000))
    if mark is None or _bell.ask(lambda client: client.xread({KEY: mark}, block=pause), waits=True) is None:
        time.sleep(max(0.0, min(SLEEP_ALONE, until - time.monotonic())))


class _Bell:
    """Valkey as this process finds it."""

    def __init__(self) -> None:
        self.clients: dict[tuple[str, bool], Redis] = {}
        self.away_until = 0.0
        self.said_at = -math.inf

    def ask(self, question: Any, *, waits: bool = False) -> Any:
        """What it answers; None while it is away. Asking may take its time where it `waits`."""
        if time.monotonic() < self.away_until:
            return None
        try:
            return question(self._client(str(settings.REDIS_URL), waits=waits))
        except (RedisError, OSError) as error:
            self._leave_alone(error)
            return None

    def _client(self, url: str, *, waits: bool) -> Redis:
        if (url, waits) not in self.clients:
            self.clients[url, waits] = client_of(url, timeout=2 * LONGEST_SLEEP) if waits else client_of(url)
        return self.clients[url, waits]

    def _leave_alone(self, error: Exception) -> None:
        now = time.monotonic()
        self.away_until = now + LEAVE_ALONE_SECONDS
        if now - self.said_at >= SAY_EVERY_SECONDS:
            self.said_at = now
            log.warning("bell_away", reason=type(error).__name__)


def start_anew() -> None:
    """Ask Valkey as a process does that has just started."""
    _bell.away_until, _bell.said_at = 0.0, -math.inf


_bell = _Bell()
