"""What the proxy in front saw of the connection, cleaned, and its JA4 taken apart.

A JA4 is as FoxIO describes it (github.com/FoxIO-LLC/ja4, technical_details/JA4.md): transport, highest TLS version,
whether a name was asked for, how many ciphers and extensions (made-up ones left out), first protocol offered, then a
hash of the ciphers and one of the extensions.
"""

import re

from risk.facts import EdgeFacts
from risk.lookups.cleaning import clean, number
from risk.registration import EdgeReport

JA4 = re.compile(r"([tqd])(\d{2}|s[123]|d[123])([di])(\d{2})(\d{2})([!-~]{2})_([0-9a-f]{12})_([0-9a-f]{12})", re.ASCII)
TRANSPORTS = {"t": "tcp", "q": "quic", "d": "dtls"}
HEADERS_MAX = 64
NAME_MAX = 48
RTT_MAX = 60_000.0  # milliseconds; past this nobody waits for a page


def edge_facts(seen: EdgeReport | None, told: EdgeReport | None) -> EdgeFacts | None:
    """The facts of a connection: the one our own proxy saw the page's call come by, or else the caller's word."""
    report = seen or told
    if report is None:
        return None
    found = JA4.fullmatch(report.ja4 or "")
    transport, tls, _, ciphers, extensions, alpn = found.groups()[:6] if found else (None,) * 6
    return EdgeFacts(
        ja4=found[0] if found else None,
        transport=TRANSPORTS.get(transport or ""),
        tls=tls,
        ciphers=int(ciphers) if ciphers else None,
        extensions=int(extensions) if extensions else None,
        alpn=alpn,
        header_order=_names(report.header_order or ()),
        tcp_rtt_ms=_rtt(report.tcp_rtt_ms),
        tls_rtt_ms=_rtt(report.tls_rtt_ms),
        told_by="proxy" if seen else "caller",
    )


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = (clean(name, limit=NAME_MAX) for name in names[:HEADERS_MAX])
    return tuple(name.lower() for name in cleaned if name)


def _rtt(milliseconds: float | None) -> float | None:
    sane = number(milliseconds)
    return sane if sane is not None and sane <= RTT_MAX else None
