"""No user agent came with the person's request."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """An empty user agent is the person's; one that the caller did not tell is unknown."""
    if facts.browser is None:
        return Unknown("the user agent")
    return CLEAR if facts.browser.family else Hit("browser_absent")


SIGNAL = Signal(
    name="browser_absent",
    family=Family.AUTOMATION,
    reasons=(
        ReasonKind(
            "browser_absent",
            "The person's request named no user agent at all, as every browser does.",
            "Company proxies and extensions that remove it.",
        ),
    ),
    look=look,
)
