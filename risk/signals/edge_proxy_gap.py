"""The TLS handshake takes far longer than the way to the address: somebody stands behind it."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

# The address answers TCP, the person's own browser answers TLS: with a proxy between, the second goes the whole way.
# E. Chiapponi et al., BADPASS: Bots Taking ADvantage of Proxy as a Service (ISPEC 2022) and R. Ramesh et al.,
# CalcuLatency (USENIX Security 2024) show the gap; the numbers here are set by hand to be safe from honest causes:
GAP_MS = 80.0  # a slow phone's arithmetic and one late packet are within this
RATIO = 3.0  # a second try at the greeting (HelloRetryRequest) or TLS 1.2 doubles it, and noise comes on top
QUIC = "quic"  # has one handshake, so there is nothing to compare


def look(facts: Facts) -> Finding:
    """Both the difference and the ratio have to be large."""
    edge = facts.edge
    if edge is None or edge.tcp_rtt_ms is None or edge.tls_rtt_ms is None or edge.tcp_rtt_ms <= 0:
        return Unknown("how long TCP and TLS took")
    if edge.transport == QUIC:
        return Unknown("two handshakes to compare")
    gap, ratio = edge.tls_rtt_ms - edge.tcp_rtt_ms, edge.tls_rtt_ms / edge.tcp_rtt_ms
    if gap < GAP_MS or ratio < RATIO:
        return CLEAR
    return Hit("edge_proxy_gap", (("tcp_ms", round(edge.tcp_rtt_ms, 1)), ("tls_ms", round(edge.tls_rtt_ms, 1))))


SIGNAL = Signal(
    name="edge_proxy_gap",
    family=Family.EDGE,
    reasons=(
        ReasonKind(
            "edge_proxy_gap",
            "The TLS handshake took far longer than the TCP one: the person stands behind the address, not at it.",
            "VPN apps and private relays that work as a proxy, satellite links and company proxies that answer TCP"
            " early, and a phone whose radio was asleep.",
        ),
    ),
    look=look,
)
