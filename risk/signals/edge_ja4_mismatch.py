"""The TLS greeting is not of the browser that the user agent names."""

from risk.facts import EdgeFacts, Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown
from risk.intel.hellos import ENGINES, ciphers_of, engine_of

BROWSERS = ("pc", "mobile", "tablet")
# Since when browsers offer TLS 1.3 without exception: Chrome 70 (2018), Firefox 63 (2018), Safari 14 (2020).
# All offered HTTP/2 long before.
TLS_13_SINCE = {"chromium": 70, "gecko": 63, "webkit": 14}
NEW_TLS = "13"
MANY = ("h2", "h3")  # what browsers offer first, over TCP and over QUIC


def look(facts: Facts) -> Finding:
    """Three looks that need no list of greetings: the TLS version, the protocol, and whose ciphers they are."""
    if facts.edge is None or facts.edge.ja4 is None:
        return Unknown("the connection's JA4")
    if facts.browser is None or facts.browser.kind not in BROWSERS:
        return Unknown("a browser's user agent")
    engine = engine_of(facts.browser.family, facts.browser.os)
    if engine is None:
        return Unknown("what the user agent's browser greets with")
    evidence = (("ja4", facts.edge.ja4), ("browser", facts.browser.family))
    if _older_than(engine, facts.browser.major, facts.edge):
        return Hit("edge_ja4_mismatch_protocol", evidence)
    greeted = ENGINES.get(ciphers_of(facts.edge.ja4))
    if greeted is None:
        return Unknown("whose greeting it is: its ciphers are not on the list")
    return CLEAR if greeted == engine else Hit("edge_ja4_mismatch_engine", (*evidence, ("greeting", greeted)))


def _older_than(engine: str, major: int | None, edge: EdgeFacts) -> bool:
    """Whether the greeting offers less than the browser has offered for years."""
    modern = major is not None and major >= TLS_13_SINCE[engine]
    return modern and (edge.tls != NEW_TLS or edge.alpn not in MANY)


SIGNAL = Signal(
    name="edge_ja4_mismatch",
    family=Family.EDGE,
    reasons=(
        ReasonKind(
            "edge_ja4_mismatch_engine",
            "The TLS greeting is another browser engine's than the user agent's.",
            "Extensions that change the user agent; virus scanners and company proxies that open the connection.",
        ),
        ReasonKind(
            "edge_ja4_mismatch_protocol",
            "The TLS greeting offers less than the browser that the user agent names has offered for years: no TLS"
            " 1.3, or no HTTP/2.",
            "Company proxies and virus scanners that open the connection and speak an older protocol onwards.",
        ),
    ),
    look=look,
)
