"""The page's bot detector named an automation tool."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """BotD names what it found; an empty name is that it looked and found none."""
    if facts.device is None or facts.device.bot is None:
        return Unknown("the bot detector's word")
    return Hit("automation_bot", (("tool", facts.device.bot),)) if facts.device.bot else CLEAR


SIGNAL = Signal(
    name="automation_bot",
    family=Family.AUTOMATION,
    reasons=(
        ReasonKind(
            "automation_bot",
            "The bot detector in the page named an automation tool.",
            "Apps that show pages in an embedded browser (Electron, CEF), which the detector also names.",
        ),
    ),
    look=look,
)
