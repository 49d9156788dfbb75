"""The platform that the page sees is not of the system that the user agent names."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

LINUX = ("linux", "android", "cros", "x11")
APPLE_HANDSET = ("iphone", "ipod", "ipad")
# What navigator.platform can begin with on each system. Apple's handsets ask for desktop pages as a Mac.
PLATFORMS = {
    "Windows": ("win",),
    "Mac OS X": ("mac", *APPLE_HANDSET),
    "iOS": APPLE_HANDSET,
    "Android": (*LINUX, "arm"),
    "Chrome OS": LINUX,
    "Linux": (*LINUX, "arm"),
    "Ubuntu": LINUX,
    "Fedora": LINUX,
    "Debian": LINUX,
}
TABLET_AS_MAC = ("iOS", "tablet")  # some apps on the iPad name an iPad, and their page still says MacIntel


def look(facts: Facts) -> Finding:
    """Only systems whose platforms are known are compared."""
    if facts.device is None or not facts.device.platform:
        return Unknown("the device's platform")
    if facts.browser is None or facts.browser.os not in PLATFORMS:
        return Unknown("the user agent's system")
    platform = facts.device.platform.lower()
    if platform.startswith(PLATFORMS[facts.browser.os]):
        return CLEAR
    if platform.startswith("mac") and (facts.browser.os, facts.browser.kind) == TABLET_AS_MAC:
        return CLEAR
    return Hit("device_platform_mismatch", (("platform", facts.device.platform), ("system", facts.browser.os)))


SIGNAL = Signal(
    name="device_platform_mismatch",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_platform_mismatch",
            "The platform that the page sees is not of the system that the user agent names.",
            "Extensions that change the user agent, used to get at pages that refuse a browser; developers who"
            " try out another device.",
        ),
    ),
    look=look,
)
