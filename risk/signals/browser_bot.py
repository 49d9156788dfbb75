"""The user agent is a crawler's."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """ua-parser knows crawlers by name."""
    if facts.browser is None:
        return Unknown("the user agent")
    return Hit("browser_bot", (("crawler", facts.browser.family),)) if facts.browser.kind == "bot" else CLEAR


SIGNAL = Signal(
    name="browser_bot",
    family=Family.AUTOMATION,
    reasons=(
        ReasonKind(
            "browser_bot",
            "The user agent is a crawler's; crawlers read pages and open no accounts.",
            "A developer who looks at pages as a search engine sees them; rare phones whose model is spelt like"
            " a crawler.",
        ),
    ),
    look=look,
)
