"""The browser says that a program drives it."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """navigator.webdriver is true while a browser is under automation (W3C WebDriver, section 4)."""
    if facts.device is None or facts.device.webdriver is None:
        return Unknown("whether the browser is driven")
    return Hit("automation_webdriver") if facts.device.webdriver else CLEAR


SIGNAL = Signal(
    name="automation_webdriver",
    family=Family.AUTOMATION,
    reasons=(
        ReasonKind(
            "automation_webdriver",
            "The browser says that a program drives it (navigator.webdriver).",
            "Testers of the caller's own page, and a few tools for people who cannot use a keyboard or mouse"
            " that drive the browser so.",
        ),
    ),
    look=look,
)
