"""Load shedding: past what a web process can do, bulk callers are asked to come again, and codes and lookups last.

Two things tell that it is too much. A process has few threads, and bulk never takes the last one. And where the proxy
in front says when a request came to it (X-Request-Start), how long that has waited: the less pressing a call is, the
sooner it is turned away.
"""

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

import uuid_utils
from django.conf import settings
from prometheus_client import Counter, Histogram

from config.lib.errors import MEDIA_TYPE, as_json, declare
from config.lib.http import API_HEADERS, REQUEST_ID_HEADER

OVERLOADED = declare(
    "overloaded",
    status=503,
    title="More is asked than can be done now",
    fix="Try again after the seconds in Retry-After, and send bulk work more slowly.",
)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Press(StrEnum):
    """How pressing a call is."""

    BULK = "bulk"
    ORDINARY = "ordinary"
    PRESSING = "pressing"


# Seconds that a call may have waited, and seconds after which whoever was turned away may come again.
WAITS: Final[Mapping[Press, float]] = {Press.BULK: 0.5, Press.ORDINARY: 2.0, Press.PRESSING: 8.0}
COME_AGAIN: Final[Mapping[Press, str]] = {Press.BULK: "5", Press.ORDINARY: "2", Press.PRESSING: "1"}
# Addresses by their kind; the first that fits, and what fits none is ordinary. Signups by the thousand are told by a
# header, since their address is that of a person who waits.
KINDS: Final[tuple[tuple[re.Pattern[str], Press], ...]] = (
    (re.compile(r"/v1/accounts/[^/]+/(tier|tier-token)$"), Press.PRESSING),
    (re.compile(r"/(healthz|readyz|metrics)$"), Press.PRESSING),
    (re.compile(r"/v1/(tiers/lookup|budgets/|gateway/authorize|tier-changes)"), Press.PRESSING),
    (re.compile(r"/v1/signups/[^/]+/checks"), Press.PRESSING),
    (re.compile(r"/(test/)?\.well-known/"), Press.PRESSING),
    (re.compile(r"/v1/(lists|rings|reports|usage|events)(/|$)"), Press.BULK),
    (re.compile(r"/v1/webhook-endpoints/[^/]+/(deliveries|replay)"), Press.BULK),
)
FEED: Final = "/v1/tier-changes"  # its calls wait on threads of their own
BACKGROUND: Final = re.compile(r"(?:^|[,\s])u=([5-7])(?:$|[,\s;])")  # RFC 9218: 3 is usual, 7 is background
STARTED: Final = re.compile(r"(?:t=)?(\d{10})\.?(\d{1,6})?$")  # seconds with nginx's point, or milliseconds without

SHED: Final = Counter("gatehouse_shed", "Requests turned away for load, by how pressing they were.", ["press"])
WAITED: Final = Histogram(
    "gatehouse_request_waited_seconds",
    "How long requests waited between the proxy's noting them and their turn, where the proxy tells.",
    buckets=(0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0),
)


class Shedding:
    """The WSGI application before all others. `threads` are those of a web process that work, not those that wait."""

    def __init__(self, inner: Application, *, threads: int) -> None:
        self.inner, self.threads = inner, threads
        self.at_work = 0
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        press = press_of(environ)
        if press is Press.BULK and self.at_work >= max(1, self.threads - 1):
            return _turned_away(press, environ, start_response)
        waited = waited_seconds(environ, time.time()) if "HTTP_X_REQUEST_START" in environ else None
        if waited is not None and settings.TRUSTED_PROXIES:
            WAITED.observe(waited)
            if waited > WAITS[press]:
                return _turned_away(press, environ, start_response)
        if environ["PATH_INFO"].startswith(FEED):
            return self.inner(environ, start_response)
        with self._lock:
            self.at_work += 1
        try:
            return self.inner(environ, start_response)
        finally:
            with self._lock:
                self.at_work -= 1


def press_of(environ: Environ) -> Press:
    """How pressing a request is, by its address or by what its caller says of it."""
    if (said := environ.get("HTTP_PRIORITY")) and BACKGROUND.search(said):
        return Press.BULK
    path = environ["PATH_INFO"]
    for pattern, press in KINDS:
        if pattern.match(path):
            return press
    return Press.ORDINARY


def waited_seconds(environ: Environ, now: float) -> float | None:
    """How long ago the proxy noted a request; None where it says nothing of use, or clocks differ."""
    found = STARTED.match(environ.get("HTTP_X_REQUEST_START", ""))
    if found is None:
        return None
    started = float(f"{found[1]}.{found[2] or 0}")
    waited = now - started
    return waited if 0 <= waited < 300 else None


def _turned_away(press: Press, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    SHED.labels(press).inc()
    request_id = str(uuid_utils.uuid7())
    problem = OVERLOADED.problem()
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    body = as_json(problem, path=path, request_id=request_id).encode()
    headers = [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body))), *API_HEADERS.items()]
    headers += [("Retry-After", COME_AGAIN[press]), (REQUEST_ID_HEADER, request_id)]
    start_response("503 Service Unavailable", headers)
    return [body]
