"""Memory or processors that no browser reports."""

from risk.facts import BrowserFacts, Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

# navigator.deviceMemory is rounded to a power of two between bounds (W3C Device Memory, section 3.1): 0.25 to 8 before
# Chrome 147; from there 2 to 32 on computers and 1 to 8 on Android (MDN's browser-compat-data, Device-Memory).
MEMORIES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
NEW_MEMORIES_SINCE, OLD_MOST = 147, 8.0
CHROMES = ("Chrome", "Edge")  # whose versions are Chromium's
WITHOUT = ("Firefox", "Firefox Mobile", "Safari", "Mobile Safari")  # that never report it
CORES_MOST = 512  # threads of the largest servers; past it Chromium has nothing to report


def look(facts: Facts) -> Finding:
    """A generator that writes 12 or 64 gigabytes does not know how browsers round."""
    if facts.device is None or (facts.device.device_memory is None and facts.device.hardware_concurrency is None):
        return Unknown("the device's memory and processors")
    if facts.browser is None:
        return Unknown("the user agent")
    memory, cores = facts.device.device_memory, facts.device.hardware_concurrency
    if cores is not None and not 1 <= cores <= CORES_MOST:
        return Hit("device_memory_impossible", (("cores", cores),))
    if memory is None:
        return CLEAR
    if facts.browser.family in WITHOUT or memory not in MEMORIES or memory > _most(facts.browser):
        return Hit("device_memory_impossible", (("memory", memory), ("browser", facts.browser.family)))
    return CLEAR


def _most(browser: BrowserFacts) -> float:
    old = browser.family in CHROMES and browser.major is not None and browser.major < NEW_MEMORIES_SINCE
    return OLD_MOST if old or browser.os == "Android" else MEMORIES[-1]


SIGNAL = Signal(
    name="device_memory_impossible",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_memory_impossible",
            "The device reports memory or processors that its browser never reports.",
            "Extensions that change the user agent or blur these numbers; a browser that has just learnt to report"
            " more.",
        ),
    ),
    look=look,
)
