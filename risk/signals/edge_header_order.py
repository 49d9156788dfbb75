"""The headers, or their order, are not of the browser that the user agent names."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown
from risk.intel.hellos import engine_of

BROWSERS = ("pc", "mobile", "tablet")
LEAST_HEADERS = 5  # a list shorter than this is no browser's whole list
HINTS = "sec-ch-ua"  # Chromium sends it with every request over https since version 89
HINTS_SINCE = 89
OWN_USER_AGENT = ("Chrome Mobile WebView",)  # an app that sets a user agent of its own sends no hints
# Fetch metadata: Chromium 76, Firefox 90, Safari 16.4. All three come together or none does.
FETCH = ("sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest")
FETCH_SINCE = {"chromium": 76, "gecko": 90, "webkit": 17}
# What stands before what with each engine, in a page's own requests and in fetch() alike: Chromium 156 caught here on
# 2026-11-23; Firefox and Safari by apify/fingerprint-suite's headers-order.json. Others move from version to version.
BEFORE = {
    "chromium": (("user-agent", "accept"), ("accept", "accept-encoding"), ("accept-encoding", "accept-language")),
    "gecko": (("user-agent", "accept"), ("accept", "accept-language"), ("accept-language", "accept-encoding")),
    "webkit": (),  # moved twice between versions 16 and 18
}


def look(facts: Facts) -> Finding:
    """Libraries send the headers that they are given in the order that they please."""
    if facts.edge is None or len(facts.edge.header_order) < LEAST_HEADERS:
        return Unknown("the order of the request's headers")
    if facts.browser is None or facts.browser.kind not in BROWSERS:
        return Unknown("a browser's user agent")
    engine, major = engine_of(facts.browser.family, facts.browser.os), facts.browser.major
    if engine is None or major is None:
        return Unknown("which headers the user agent's browser sends")
    order = facts.edge.header_order
    hinting = engine == "chromium" and facts.browser.family not in OWN_USER_AGENT
    if wrong := _missing(order, engine=engine, major=major, hinting=hinting):
        return Hit("edge_header_order_missing", (("header", wrong), ("browser", facts.browser.family)))
    for first, second in BEFORE[engine]:
        if first in order and second in order and order.index(first) > order.index(second):
            return Hit("edge_header_order_wrong", (("first", second), ("second", first)))
    return CLEAR


def _missing(order: tuple[str, ...], *, engine: str, major: int, hinting: bool) -> str | None:
    """A header that the browser always sends and that is not there, or one that it never sends and that is."""
    if hinting and major >= HINTS_SINCE and HINTS not in order:
        return HINTS
    if engine != "chromium" and HINTS in order:
        return HINTS
    if major >= FETCH_SINCE[engine]:
        return next((header for header in FETCH if header not in order), None)
    return None


SIGNAL = Signal(
    name="edge_header_order",
    family=Family.EDGE,
    reasons=(
        ReasonKind(
            "edge_header_order_missing",
            "A header that the user agent's browser sends with every request is missing, or one that it never sends"
            " is there.",
            "Extensions that change the user agent; company proxies that remove headers; pages without https, where"
            " browsers send fewer.",
        ),
        ReasonKind(
            "edge_header_order_wrong",
            "The headers stand in an order in which the user agent's browser never sends them.",
            "Company proxies and virus scanners that write the request anew.",
        ),
    ),
    look=look,
)
