"""The user agent is an HTTP library's."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """The lookup knows libraries by the start of their user agent."""
    if facts.browser is None:
        return Unknown("the user agent")
    return Hit("browser_tool", (("tool", facts.browser.family),)) if facts.browser.kind == "tool" else CLEAR


SIGNAL = Signal(
    name="browser_tool",
    family=Family.AUTOMATION,
    reasons=(
        ReasonKind(
            "browser_tool",
            "The user agent is an HTTP library's or command-line tool's, not a browser's.",
            "People who sign up in a mobile app (okhttp, Dalvik, Dart), and callers whose server sends its own"
            " user agent in place of the person's.",
        ),
    ),
    look=look,
)
