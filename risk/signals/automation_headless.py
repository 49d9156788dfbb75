"""The page is shown in no window, or in one of a size that only programs set."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

# Names of the agent script's tests (verification/agent/page/scan.js).
SIGNS = frozenset({"headless_user_agent", "headless_screen", "screen_of_a_program"})


def look(facts: Facts) -> Finding:
    """What the page sees of a window, where the request's user agent says nothing of it."""
    if facts.device is None or facts.device.scan is None:
        return Unknown("the agent script's scan")
    found = SIGNS.intersection(facts.device.scan)
    return Hit("automation_headless", (("found", ", ".join(sorted(found))),)) if found else CLEAR


SIGNAL = Signal(
    name="automation_headless",
    family=Family.AUTOMATION,
    reasons=(
        ReasonKind(
            "automation_headless",
            "The page has the screen of a browser without a window, or of one whose size a program set.",
            "Very old computers with a screen of 800 by 600; developers who try a page in the sizes of other devices.",
        ),
    ),
    look=look,
)
