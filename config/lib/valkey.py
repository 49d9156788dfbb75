"""Valkey for what is asked thousands of times a second: a few commands in one go, and no waiting while it is away.

redis-py makes the connections, so every address that it takes will do; its client, its pool and its retries cost more
than the question and are left out. Each thread keeps a connection of its own.
"""

import hashlib
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import structlog
from django.conf import settings
from hiredis import pack_command
from redis import ConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.connection import ConnectionInterface
from redis.exceptions import ConnectionError as ConnectionBroken
from redis.exceptions import NoScriptError, ResponseError
from redis.exceptions import TimeoutError as TimedOut
from redis.retry import Retry

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS: Final = 0.1  # a hundred times what it takes when it is well
LEAVE_ALONE_SECONDS: Final = 5.0  # how long Valkey is not asked after it failed
SAY_EVERY_SECONDS: Final = 60.0

Word = bytes | str | int | float
# The types of hiredis know commands of one word only; it takes any number.
packed: Final = cast("Callable[[tuple[Word, ...]], bytes]", pack_command)


class ValkeyAway(Exception):
    """Valkey gave no answer now, or is left alone because it gave none before."""


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script, called by its digest."""

    text: str
    digest: str

    @classmethod
    def of(cls, text: str) -> "Script":
        """A script with its digest."""
        return cls(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


@dataclass(slots=True)
class Valkey:
    """Valkey as this process finds it. `purpose` names in the log what goes on without it."""

    purpose: str
    away_until: float = 0.0
    said_at: float = -math.inf
    threads: threading.local = field(default_factory=threading.local)

    def ask(self, *commands: bytes) -> list[Any]:
        """The replies to commands made by `packed`, sent together. A reply can be a ResponseError.

        Raises:
            ValkeyAway: it did not answer within TIMEOUT_SECONDS, or failed less than LEAVE_ALONE_SECONDS ago.

        """
        if time.monotonic() < self.away_until:
            raise ValkeyAway
        try:
            return self._ask(commands)
        except (RedisError, OSError) as error:
            self._leave_alone(error)
            raise ValkeyAway from error

    def run(self, script: Script, keys: Sequence[bytes], *arguments: Word) -> Any:
        """What a script gives back. Raises ValkeyAway, ResponseError."""
        words = (len(keys), *keys, *arguments)
        (reply,) = self.ask(packed(("EVALSHA", script.digest, *words)))
        if isinstance(reply, NoScriptError):
            (reply,) = self.ask(packed(("EVAL", script.text, *words)))
        if isinstance(reply, ResponseError):
            raise reply
        return reply

    def start_anew(self) -> None:
        """Ask as a process does that has just started."""
        self.away_until, self.said_at = 0.0, -math.inf

    def _ask(self, commands: Sequence[bytes]) -> list[Any]:
        connection, is_new = self._connection()
        try:
            return _exchange(connection, commands)
        except TimedOut:
            raise
        except ConnectionBroken:
            if is_new:
                raise
            return _exchange(connection, commands)  # it was idle, and the server started again meanwhile

    def _connection(self) -> tuple[ConnectionInterface, bool]:
        url = settings.REDIS_URL
        kept: dict[str, ConnectionInterface] = self.threads.__dict__
        if (connection := kept.get(url)) is not None:
            return connection, False
        pool = ConnectionPool.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        connection = kept[url] = pool.get_connection()
        return connection, True

    def _leave_alone(self, error: Exception) -> None:
        now = time.monotonic()
        self.away_until = now + LEAVE_ALONE_SECONDS
        if now - self.said_at >= SAY_EVERY_SECONDS:
            self.said_at = now
            log.warning("valkey_away", purpose=self.purpose, reason=type(error).__name__)


def _exchange(connection: ConnectionInterface, commands: Sequence[bytes]) -> list[Any]:
    connection.send_packed_command([b"".join(commands)], check_health=False)  # type: ignore[no-untyped-call] # of redis-py
    return [_reply(connection) for _ in commands]


def _reply(connection: ConnectionInterface) -> Any:
    try:
        return connection.read_response()
    except ResponseError as refused:  # the replies after it have to be read too
        return refused
