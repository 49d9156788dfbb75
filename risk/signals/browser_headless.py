"""The user agent is a browser's without a window."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

FAMILIES = frozenset({"HeadlessChrome", "PhantomJS", "SlimerJS", "TrifleJS", "HtmlUnit", "jsdom"})


def look(facts: Facts) -> Finding:
    """Those that do not hide it."""
    if facts.browser is None:
        return Unknown("the user agent")
    if facts.browser.family not in FAMILIES:
        return CLEAR
    return Hit("browser_headless", (("browser", facts.browser.family),))


SIGNAL = Signal(
    name="browser_headless",
    family=Family.AUTOMATION,
    reasons=(
        ReasonKind(
            "browser_headless",
            "The user agent is that of a browser without a window, which only programs use.",
            "Testers of the caller's own page.",
        ),
    ),
    look=look,
)
