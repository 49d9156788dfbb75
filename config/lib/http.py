"""What every request gets before any view: an id, and headers that keep answers of the API to their caller."""

import ipaddress
import re
from collections.abc import Callable
from typing import Final

import structlog
import uuid_utils
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware

GetResponse = Callable[[HttpRequest], HttpResponseBase]

API_PREFIX: Final = "/v1"
REQUEST_ID_HEADER: Final = "X-Request-Id"
SANE_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_REQUEST_ID: Final = "gatehouse.request_id"
FOR_MACHINES: Final = frozenset({"/healthz", "/readyz", "/metrics"})

# OWASP's REST Security Cheat Sheet, "Security Headers". A view's own value stands.
API_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
# Pages that people read below the prefix keep the policy of pages.
HTML: Final = "text/html"


def is_api(request: HttpRequest) -> bool:
    """Whether the path is the API's, whose every answer is for programs."""
    return request.path == API_PREFIX or request.path.startswith(f"{API_PREFIX}/")


def request_id(request: HttpRequest) -> str:
    """The id under which the request stands in logs and errors; empty outside RequestIdMiddleware."""
    return str(request.META.get(_REQUEST_ID, ""))


class RequestIdMiddleware:
    """Gives every request an id: the caller's X-Request-Id where it is sane, or else a new one, sortable by time."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sent = request.headers.get(REQUEST_ID_HEADER, "")
        chosen = sent if SANE_REQUEST_ID.fullmatch(sent) else str(uuid_utils.uuid7())
        request.META[_REQUEST_ID] = chosen
        # A thread serves many requests: what a former one left behind must not stand in this one's lines.
        structlog.contextvars.clear_contextvars()
        with structlog.contextvars.bound_contextvars(request_id=chosen):
            response = self.get_response(request)
        response.headers[REQUEST_ID_HEADER] = chosen
        return response


class NamesMiddleware(CommonMiddleware):
    """Django's own, which answers by the names of ALLOWED_HOSTS alone; to machines of the operator's by any.

    A container's check, a load balancer and Prometheus reach each process by its number, and what these paths say names
    no host.
    """

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        """None, unless the name is not ours."""
        return None if request.path in FOR_MACHINES else super().process_request(request)


class ApiHeadersMiddleware:
    """Sets API_HEADERS on answers of the API. Stands after the middleware of pages, so that theirs finds them set."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_api(request) and not response.headers.get("Content-Type", "").startswith(HTML):
            for name, value in API_HEADERS.items():
                response.headers.setdefault(name, value)
        return response


def holds_tag(sent: str, tag: str) -> bool:
    """Whether a header If-None-Match holds the tag. A weak one of the same value matches too (RFC 9110, 13.1.2)."""
    return tag in {each.strip().removeprefix("W/") for each in sent.split(",")}


def client_ip(request: HttpRequest) -> str:
    """The address of whoever called, in its usual form; empty where the server tells none.

    Each of settings.TRUSTED_PROXIES proxies adds the address it was called from at the right end of X-Forwarded-For.
    So the client's stands that many places from the end, and all further left is the client's own claim. A request
    with fewer entries came around the proxies; then, and where the entry is no address, the connection's own counts.
    """
    connection = _address(str(request.META.get("REMOTE_ADDR", "")))
    trusted: int = settings.TRUSTED_PROXIES
    entries = [entry for entry in request.headers.get("X-Forwarded-For", "").split(",") if entry.strip()]
    if trusted < 1 or len(entries) < trusted:
        return connection
    return _address(entries[-trusted]) or connection


def _address(text: str) -> str:
    """The address in a text such as `192.0.2.1`, `192.0.2.1:443`, `[2001:db8::1]:443`; empty where there is none."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
