"""One request to a receiver: to an address that was looked at, for so long and no longer, reading little of the answer.

Written on http.client, for what the clients above it do by themselves is what must not happen here: resolving the name
again, following redirects, going through a proxy of the environment, keeping cookies, reading all that comes.
"""

import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import dns.exception

from verification.webhook_models import Result
from verification.webhooks import schedule
from verification.webhooks.addresses import AddressForbidden, Guide, Target, UrlRefused, parse
from verification.webhooks.excerpts import excerpt
from verification.webhooks.lines import connected

READ_MOST = 4096  # bytes of an answer's body
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
        with connected(addresses, port=target.port, deadline=deadline) as line, line.cut_at(deadline):
            connection = line.http(target, self.context)
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
