"""A debugger listens to the page."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """Playwright and Puppeteer steer a browser by its debugger, whatever else they hide."""
    if facts.device is None or facts.device.scan is None:
        return Unknown("the agent script's scan")
    return Hit("automation_debugger") if "debugger" in facts.device.scan else CLEAR


SIGNAL = Signal(
    name="automation_debugger",
    family=Family.AUTOMATION,
    reasons=(
        ReasonKind(
            "automation_debugger",
            "A debugger listens to the page, as programs use it that steer a browser.",
            "Developers who have their browser's tools open while they sign up.",
        ),
    ),
    look=look,
)
