"""What the proxy in front wrote into a call of its own knowledge: docs/edge.md.

A client can send any header, so these count only where EDGE_HEADERS says that the proxy sets or removes each of them,
and only in calls that came through as many proxies as TRUSTED_PROXIES names; one that came around them says nothing.
"""

import re

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

from risk.registration import EdgeReport

JA4 = "X-Edge-JA4"
HEADERS = "X-Edge-Headers"  # names of the person's own headers in their order, between commas
TCP_RTT = "X-Edge-TCP-RTT"  # milliseconds, as the kernel measured the connection
TLS_RTT = "X-Edge-TLS-RTT"  # milliseconds from the TLS greeting to the end of its handshake
TEXT_MAX = 64
HEADERS_MAX = 128
NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,9})?", re.ASCII)


def edge_report(request: HttpRequest | Request) -> EdgeReport | None:
    """What the proxy in front saw; None where there is none that may say so, or it said nothing."""
    if not settings.EDGE_HEADERS or not _came_through(request):
        return None
    headers = request.headers
    names = tuple(name.strip()[:TEXT_MAX] for name in headers.get(HEADERS, "").split(",")[:HEADERS_MAX] if name.strip())
    report = EdgeReport(
        ja4=headers.get(JA4, "")[:TEXT_MAX] or None,
        header_order=names or None,
        tcp_rtt_ms=_milliseconds(headers.get(TCP_RTT, "")),
        tls_rtt_ms=_milliseconds(headers.get(TLS_RTT, "")),
    )
    return report if report != EdgeReport() else None


def _came_through(request: HttpRequest | Request) -> bool:
    entries = [entry for entry in request.headers.get("X-Forwarded-For", "").split(",") if entry.strip()]
    return settings.TRUSTED_PROXIES >= 1 and len(entries) >= settings.TRUSTED_PROXIES


def _milliseconds(text: str) -> float | None:
    """A proxy writes "-" or nothing for what it does not know."""
    return float(text) if NUMBER.fullmatch(text.strip()) else None
