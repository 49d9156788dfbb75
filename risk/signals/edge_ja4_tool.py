"""The TLS greeting is an HTTP library's, though the user agent is a browser's."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown
from risk.intel.hellos import ENGINES, TOOLS, ciphers_of

BROWSERS = ("pc", "mobile", "tablet")


def look(facts: Facts) -> Finding:
    """A library takes its ciphers from its TLS library; scripts change the user agent and leave these."""
    if facts.edge is None or facts.edge.ja4 is None:
        return Unknown("the connection's JA4")
    if facts.browser is None or facts.browser.kind not in BROWSERS:
        return Unknown("a browser's user agent")
    ciphers = ciphers_of(facts.edge.ja4)
    if tool := TOOLS.get(ciphers):
        return Hit("edge_ja4_tool", (("ja4", facts.edge.ja4), ("tool", tool)))
    return CLEAR if ciphers in ENGINES else Unknown("whose greeting it is: its ciphers are not on the list")


SIGNAL = Signal(
    name="edge_ja4_tool",
    family=Family.EDGE,
    reasons=(
        ReasonKind(
            "edge_ja4_tool",
            "The TLS greeting is an HTTP library's (Python, Go, curl, Node), though the user agent is a browser's.",
            "Company proxies and virus scanners that are written with such a library; callers whose own server makes"
            " the call that their proxy sees.",
        ),
    ),
    look=look,
)
