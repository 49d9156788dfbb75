"""The system that the user agent names is not the one that the client hints name."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

# navigator.userAgentData.platform (User-Agent Client Hints, section 6.3) by the user agent's system. A phone that asks
# for desktop pages says Linux in its user agent and Android in the hints or Linux in both, so Linux goes with Android.
PLATFORMS = {
    "Windows": ("windows",),
    "Mac OS X": ("macos", "mac os x"),
    "Android": ("android",),
    "Chrome OS": ("chrome os", "chromium os", "chromeos"),
    "Linux": ("linux", "android", "chrome os", "chromeos"),
    "Ubuntu": ("linux",),
    "Fedora": ("linux",),
    "Debian": ("linux",),
}


def look(facts: Facts) -> Finding:
    """Only systems whose names in the hints are known are compared."""
    if facts.hints is None or not facts.hints.platform:
        return Unknown("the platform in the client hints")
    if facts.browser is None or facts.browser.os not in PLATFORMS:
        return Unknown("the user agent's system")
    if facts.hints.platform.lower() in PLATFORMS[facts.browser.os]:
        return CLEAR
    return Hit("hints_platform_mismatch", (("hints", facts.hints.platform), ("user_agent", facts.browser.os)))


SIGNAL = Signal(
    name="hints_platform_mismatch",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "hints_platform_mismatch",
            "The system that the user agent names is not the one that the client hints name.",
            "Extensions that change the user agent, and developers who try out another device.",
        ),
    ),
    look=look,
)
