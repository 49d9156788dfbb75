"""The fonts are another system's, and the system's own are not there."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

OWN = {"Windows": "windows", "Mac OS X": "apple", "iOS": "apple"}  # systems that always have fonts of their own
FOREIGN = {"windows": ("apple", "linux"), "apple": ("windows", "linux")}


def look(facts: Facts) -> Finding:
    """Either half alone is honest: designers install fonts, careful browsers hide them."""
    if facts.device is None or facts.device.font_systems is None:
        return Unknown("the device's fonts")
    if facts.browser is None or facts.browser.os not in OWN:
        return Unknown("a system in the user agent that has fonts of its own")
    own, seen = OWN[facts.browser.os], facts.device.font_systems
    if own in seen:
        return CLEAR
    foreign = [system for system in FOREIGN[own] if system in seen]
    if not foreign:
        return Unknown("any system's own fonts")
    return Hit("device_fonts_mismatch", (("fonts", foreign[0]), ("system", facts.browser.os)))


SIGNAL = Signal(
    name="device_fonts_mismatch",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_fonts_mismatch",
            "The fonts are another system's, and those that the user agent's system always has are missing.",
            "Extensions that change the user agent; a Windows program run on Linux (Wine); hidden fonts beside a few"
            " that somebody installed.",
        ),
    ),
    look=look,
)
