"""Tools that steer a browser left their traces in the page."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

# Names of the agent script's tests (verification/agent/page/scan.js).
TRACES = frozenset({"playwright", "selenium", "webdriver_redefined", "navigator_redefined", "eval_of_another"})


def look(facts: Facts) -> Finding:
    """Names that such tools leave behind, and built-in functions that something has replaced to hide them."""
    if facts.device is None or facts.device.scan is None:
        return Unknown("the agent script's scan")
    found = TRACES.intersection(facts.device.scan)
    return Hit("automation_traces", (("found", ", ".join(sorted(found))),)) if found else CLEAR


SIGNAL = Signal(
    name="automation_traces",
    family=Family.AUTOMATION,
    reasons=(
        ReasonKind(
            "automation_traces",
            "The page carries traces of a tool that steers browsers, or of one that hides it.",
            "Extensions that replace what the browser tells about itself, for privacy.",
        ),
    ),
    look=look,
)
