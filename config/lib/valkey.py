"""Valkey for what is asked thousands of times a second: a few commands in one go, and no waiting while it is away.

redis-py makes the connections, so every address that it takes will do. Its client, its pool, its retries and the way it
reads cost more than the question, and are left out. Each thread keeps a connection of its own.
"""

import hashlib
import math
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ssl import SSLSocket
from typing import Any, Final, cast

import structlog
from django.conf import settings
from hiredis import Reader, pack_command
from redis import ConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.connection import ConnectionInterface
from redis.exceptions import InvalidResponse, NoScriptError, ResponseError
from redis.retry import Retry

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS: Final = 0.1  # a hundred times what it takes when it is well
LEAVE_ALONE_SECONDS: Final = 5.0  # how long Valkey is not asked after it failed
SAY_EVERY_SECONDS: Final = 60.0
READ_BYTES: Final = 65_536
# How replies begin that say nothing of the question: Valkey cannot do its work now, and is as good as away.
UNFIT: Final = frozenset(
    {"LOADING", "BUSY", "OOM", "MISCONF", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "NOAUTH", "NOPERM"}
)

Word = bytes | str | int | float
# The types of hiredis know commands of one word only; it takes any number.
packed: Final = cast("Callable[[tuple[Word, ...]], bytes]", pack_command)


class ValkeyAway(Exception):
    """Valkey gave no answer now, or is left alone because it gave none before."""


class ValkeyUnfit(RedisError):
    """Valkey answers that it cannot do its work: it is full, still loading, or lets us in no more."""


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script, called by its digest."""

    text: str
    digest: str

    @classmethod
    def of(cls, text: str) -> "Script":
        """A script with its digest."""
        return cls(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


class Line:
    """One thread's connection. It is `sound` while every reply to what was sent over it has been read."""

    def __init__(self, connection: ConnectionInterface) -> None:
        self.connection = connection  # closes the socket when it is let go
        self.socket: socket.socket = cast("Any", connection)._sock  # noqa: SLF001 - redis-py has no other way to it
        self.reader = Reader(protocolError=InvalidResponse, replyError=_refusal, notEnoughData=_NOTHING_YET)
        self.sound = True
        _let_the_kernel_time(self.socket)

    def exchange(self, commands: Sequence[bytes]) -> list[Any]:
        """The replies to commands. Raises OSError, RedisError."""
        self.sound = False
        self.socket.sendall(commands[0] if len(commands) == 1 else b"".join(commands))
        replies = [self._reply() for _ in commands]
        self.sound = True
        return replies

    def _reply(self) -> Any:
        reply = self.reader.gets()
        while reply is _NOTHING_YET:
            came = self.socket.recv(READ_BYTES)
            if not came:
                raise ConnectionResetError
            self.reader.feed(came)
            reply = self.reader.gets()
        if isinstance(reply, ValkeyUnfit):
            raise reply
        return reply


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
        kept: dict[str, Line] = self.threads.__dict__
        url: str = settings.REDIS_URL
        line = kept.get(url)
        if line is not None and line.sound:
            try:
                return line.exchange(commands)
            except ConnectionError:
                pass  # it was idle, and the server started again meanwhile
        line = kept[url] = _line(url)
        return line.exchange(commands)

    def _leave_alone(self, error: Exception) -> None:
        now = time.monotonic()
        self.away_until = now + LEAVE_ALONE_SECONDS
        if now - self.said_at >= SAY_EVERY_SECONDS:
            self.said_at = now
            log.warning("valkey_away", purpose=self.purpose, reason=type(error).__name__)


def _line(url: str) -> Line:
    pool = ConnectionPool.from_url(
        url,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return Line(pool.get_connection())


def _let_the_kernel_time(line: socket.socket) -> None:
    """Python's own timeouts ask poll() before each call. TLS needs them: it takes the kernel's for want of more."""
    if isinstance(line, SSLSocket):
        return
    line.settimeout(None)
    longest = struct.pack("ll", 0, round(TIMEOUT_SECONDS * 1e6))  # struct timeval
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        line.setsockopt(socket.SOL_SOCKET, option, longest)


def _refusal(text: str) -> Exception:
    kind, _, _ = text.partition(" ")
    if kind in UNFIT:
        return ValkeyUnfit(text)
    return NoScriptError(text) if kind == "NOSCRIPT" else ResponseError(text)


_NOTHING_YET: Final = object()
