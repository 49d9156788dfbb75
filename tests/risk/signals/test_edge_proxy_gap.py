"""A TLS handshake far longer than the way to the address, by difference and by ratio."""

import pytest

from risk.facts import EdgeFacts, Facts
from risk.signals.edge_proxy_gap import SIGNAL
from tests.risk.alice import alice, answer


def timed(tcp: float | None, tls: float | None, transport: str | None = "tcp") -> Facts:
    """Alice whose handshakes took so long, in milliseconds."""
    return alice(edge=EdgeFacts(transport=transport, tcp_rtt_ms=tcp, tls_rtt_ms=tls))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(timed(21, 24), "clear", id="at the address"),
        pytest.param(timed(21, 64), "clear", id="TLS 1.2, or a second try"),
        pytest.param(timed(200, 410), "clear", id="far away and twice"),
        pytest.param(timed(21, 180), "edge_proxy_gap", id="somebody behind the address"),
        pytest.param(timed(2, 81), "clear", id="just within"),
        pytest.param(timed(2, 83), "edge_proxy_gap", id="just past"),
        pytest.param(timed(21, 180, "quic"), "unknown", id="one handshake only"),
        pytest.param(timed(21, 180, None), "edge_proxy_gap", id="no JA4 beside it"),
        pytest.param(timed(0, 180), "unknown", id="a time that cannot be"),
        pytest.param(timed(None, 180), "unknown", id="no TCP time"),
        pytest.param(timed(21, None), "unknown", id="no TLS time"),
        pytest.param(alice(edge=None), "unknown", id="a proxy that passes nothing"),
    ],
)
def test_both_have_to_be_large(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
