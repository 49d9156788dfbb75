"""A handset that cannot be touched."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

HANDSETS = ("mobile", "tablet")


def look(facts: Facts) -> Finding:
    """Emulators and changed user agents often forget navigator.maxTouchPoints."""
    if facts.browser is None:
        return Unknown("the user agent")
    if facts.browser.kind not in HANDSETS:
        return CLEAR
    if facts.device is None or facts.device.touch_points is None:
        return Unknown("the device's touch points")
    if facts.device.touch_points > 0:
        return CLEAR
    return Hit("device_touch_mismatch", (("kind", facts.browser.kind),))


SIGNAL = Signal(
    name="device_touch_mismatch",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_touch_mismatch",
            "The user agent is a phone's or tablet's, but the device has no touch points.",
            "Keypad phones, television sets with Android, browsers that render on a server, and a desktop"
            " browser in its device mode.",
        ),
    ),
    look=look,
)
