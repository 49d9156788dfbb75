"""One request to a receiver: to an address that was looked at, for so long and no longer, reading little of the answer.

Written on http.client, for what the clients above it do by themselves is what must not happen here: resolving the name
again, following redirects, going through a proxy of the environment, keeping cookies, reading all that comes.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import dns.exception

from verification.webhook_models import Result
from verification.webhooks import schedule
from verification.webhooks.addresses import AddressForbidden, Guide, Target, UrlRefused, parse
from verification.webhooks.excerpts import excerpt

READ_MOST = 4096  # bytes of an answer's body
CONNECT_SECONDS = 5.0  # for one address; a name can have several
ADDRESSES_TRIED = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request. `asked` is the pause that the receiver asked for."""

    result: Result
    milliseconds: int
    status: int | None = None
    excerpt: str = ""
    asked: timedelta | None = None

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.result is Result.DELIVERED

    @property
    def gone(self) -> bool:
        """Whether the receiver wants no more, ever."""
        return self.status == HTTPStatus.GONE

    @property
    def taken_by_nobody(self) -> bool:
        """Whether it tells of the receiver as a whole, and not of this message."""
        return self.status in schedule.BUSY if self.result is Result.REFUSED else not self.delivered


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts. May be used by several threads. `seconds` is for all of one request, the name's resolution too."""

    guide: Guide
    seconds: float
    excerpt_most: int
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def post(self, url: str, headers: Mapping[str, str], body: str) -> Answer:
        """Send it once. Never raises for what a receiver, or its name's servers, can do."""
        begun = time.monotonic()
        try:
            answer = self._sent(parse(url, loopback=self.guide.loopback), headers, body.encode(), begun)
        except (UrlRefused, AddressForbidden):
            answer = Answer(Result.FORBIDDEN, 0)
        except (OSError, http.client.HTTPException, dns.exception.DNSException, ValueError) as error:
            late = isinstance(error, TimeoutError) or time.monotonic() - begun >= self.seconds
            answer = Answer(Result.TIMED_OUT if late else Result.UNREACHABLE, 0)
        took = round(1000 * (time.monotonic() - begun))
        return Answer(answer.result, took, answer.status, answer.excerpt, answer.asked)

    def _sent(self, target: Target, headers: Mapping[str, str], body: bytes, begun: float) -> Answer:
        deadline = begun + self.seconds
        addresses = self.guide.addresses(target, deadline=deadline)[:ADDRESSES_TRIED]
        with _connected(addresses, target.port, deadline) as line, line.cut_at(deadline):
            if target.tls:
                line.secure(self.context, target.host)
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = line.socket
            connection.request("POST", target.path, body, {"Host": target.authority, **headers, "Connection": "close"})
            response = connection.getresponse()
            if line.was_cut:  # in the midst of its headers, which http.client takes for their end
                raise TimeoutError
            return self._read(response)

    def _read(self, response: http.client.HTTPResponse) -> Answer:
        result = Result.DELIVERED if HTTPStatus(200) <= response.status < HTTPStatus(300) else Result.REFUSED
        told = {name.lower(): value for name, value in response.getheaders()}
        asked = schedule.retry_after(told, at=datetime.now(UTC)) if result is Result.REFUSED else None
        return Answer(result, 0, response.status, self._excerpt(response), asked)

    def _excerpt(self, response: http.client.HTTPResponse) -> str:
        """What stands in the body is for reading only: one that breaks off takes nothing from the status."""
        try:
            body = response.read(READ_MOST)
        except (OSError, http.client.HTTPException, ValueError):
            return ""
        return excerpt(body, most=self.excerpt_most, whole=len(body) < READ_MOST)


class _Line:
    """A connection, plain at first, that is cut in time whatever drips in: a time-out starts anew with each byte."""

    def __init__(self, plain: socket.socket) -> None:
        self.socket = plain
        self.was_cut = False

    def secure(self, context: ssl.SSLContext, name: str) -> None:
        """Speak TLS from here on, with whom the certificate says is `name`. Raises ssl.SSLError."""
        wrapped = context.wrap_socket(self.socket, server_hostname=name, do_handshake_on_connect=False)
        self.socket = wrapped
        wrapped.do_handshake()

    @contextmanager
    def cut_at(self, deadline: float) -> Iterator[None]:
        left = max(0.01, deadline - time.monotonic())
        self.socket.settimeout(left)
        watch = threading.Timer(left, self._cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _cut(self) -> None:
        self.was_cut = True
        try:
            # The plain socket's own: that of TLS would first forget its state, under the thread that reads.
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself


@contextmanager
def _connected(addresses: Sequence[str], port: int, deadline: float) -> Iterator[_Line]:
    """A connection to the first of the addresses that takes one. Raises OSError of the last."""
    failed: OSError = TimeoutError("no time left")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            plain = socket.create_connection((address, port), timeout=min(left, CONNECT_SECONDS))
        except OSError as error:
            failed = error
            continue
        line = _Line(plain)
        try:
            yield line
        finally:
            line.socket.close()
        return
    raise failed
