"""A screen that the device cannot have."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

HANDSET = "mobile"
# CSS pixels, both sides sorted. The largest folding phones show 1,000 by 900 unfolded (Galaxy Z Fold7: about 884 by
# 982) and a phone in a dock what the display has, in its desktop mode, whose user agent is no phone's.
PHONE_SHORT_MOST, PHONE_LONG_MOST = 1_000, 1_600
PHONE_SHORT_LEAST = 180
SIDE_LEAST = 100  # below, nobody could read a form
DEPTHS = (8, 15, 16, 18, 24, 30, 32, 36, 48)  # screen.colorDepth: what displays and remote desktops have
HEADLESS = (600, 800)  # Chromium's window and screen without a display, when nobody sets another


def look(facts: Facts) -> Finding:
    """Emulated screens are typed in by hand, and a server has none."""
    if facts.device is None or facts.device.screen is None:
        return Unknown("the device's screen")
    if facts.browser is None:
        return Unknown("the user agent")
    width, height, depth = facts.device.screen
    short, long = sorted((width, height))
    evidence = (("width", width), ("height", height), ("depth", depth), ("kind", facts.browser.kind))
    if short < SIDE_LEAST or depth not in DEPTHS:
        return Hit("device_screen_impossible", evidence)
    if facts.browser.kind == HANDSET:
        possible = PHONE_SHORT_LEAST <= short <= PHONE_SHORT_MOST and long <= PHONE_LONG_MOST
        return CLEAR if possible else Hit("device_screen_impossible", evidence)
    if (short, long) == HEADLESS and facts.browser.kind == "pc":
        return Hit("device_screen_headless", evidence)
    return CLEAR


SIGNAL = Signal(
    name="device_screen",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_screen_impossible",
            "The screen is one that such a device cannot have: a phone as large as a desk's, a side of no length, a"
            " depth that no display has.",
            "Phones that mirror to a television; browsers that hide their screen's size; very old displays.",
        ),
        ReasonKind(
            "device_screen_headless",
            "The screen is 800 by 600, which is what a browser without a display takes.",
            "Old projectors and displays, and people who enlarge everything as far as it goes.",
        ),
    ),
    look=look,
)
