"""What a device is known by: each component with how long it stays the same and how often two devices share it.

Sources, by the letters in the table:

V   A. Vastel et al., FP-STALKER: Tracking Browser Fingerprint Evolutions, IEEE S&P 2018: after how many days the
    quickest 5 % and 10 % and the median of 1,905 browsers changed an attribute. Canvas 17, 35 and 290; time zone 27, 54
    and 206; renderer 30, 81 and never; vendor 49, 108 and never; languages 57, 215 and never; fonts 5, 12 and never;
    resolution 2, 3 and never; platform never. A rate here is the one that an exponential law needs for them.
A   N. Andriamilanto et al., A Large-scale Empirical Analysis of Browser Fingerprints Properties for Web
    Authentication, ACM TWEB 16(1), 2022: hardware attributes are the same in more than 99 % of later prints.
G   A. Gomez-Boix et al., Hiding in the Crowd, WWW 2018: entropies, from which the shares on computers are rounded up.
-   ours, where nothing was found. They err to the side of not telling.

Where the median of V is "never" though a tenth changes within days, people are of two kinds; `restless` is the share
of those whose component goes to and fro: a laptop that is docked every day, somebody who tries out fonts.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from risk.facts import BrowserFacts
from risk.registration import DeviceReport

HANDSETS = ("mobile", "tablet")
EXTRA = "+"  # before the name of a further digest
RESTLESS_DAYS = 3.0  # how long a restless component stays as it is (V, resolution)


@dataclass(frozen=True, slots=True)
class Component:
    """One component. `parent` is the component that it goes along with most, on computers and on handsets.

    `shared` is the chance that two devices with the same parent share the value, on computers and on handsets: what is
    believed until traffic has told more.
    """

    name: str
    rate: float  # changes a day, of those that are not restless
    restless: float
    parent: tuple[str | None, str | None]
    shared: tuple[float, float]

    def stays(self, days: float) -> float:
        """The probability that the value is the same after some days; never quite 0 or 1, for reports have faults."""
        settled = math.exp(-self.rate * days)
        to_and_fro = (1 + math.exp(-2 * days / RESTLESS_DAYS)) / 2
        return min(0.999, max(0.02, (1 - self.restless) * settled + self.restless * to_and_fro))


# fmt: off
COMPONENTS = {
    component.name: component
    for component in (
        #         name         changes  restless  parent on computers and handsets        shared; sources
        Component("system",    0.00001, 0.0,  (None, None),                               (0.40, 0.40)),  # V; G
        Component("platform",  0.00001, 0.0,  ("system", "system"),                       (0.90, 0.95)),  # V; G
        Component("gpu",       0.0015,  0.0,  ("system", "system"),                       (0.03, 0.10)),  # V; G
        Component("canvas",    0.0028,  0.01, ("+canvasGeometry", "+canvasGeometry"),     (0.30, 0.80)),  # V; G and -
        Component("audio",     0.0007,  0.0,  ("system", "canvas"),                       (0.40, 0.90)),  # -; -
        Component("fonts",     0.0010,  0.10, ("system", "canvas"),                       (0.06, 0.90)),  # V; G and -
        Component("screen",    0.0008,  0.12, ("gpu", "+canvasGeometry"),                 (0.12, 0.70)),  # V; G and -
        Component("cores",     0.0001,  0.0,  ("gpu", "screen"),                          (0.25, 0.95)),  # A; -
        Component("memory",    0.0001,  0.0,  ("gpu", "screen"),                          (0.50, 0.90)),  # A; -
        Component("touch",     0.0003,  0.0,  ("gpu", "screen"),                          (0.90, 0.98)),  # A; -
        Component("timezone",  0.0026,  0.0,  (None, None),                               (0.15, 0.15)),  # V; -
        Component("languages", 0.0006,  0.0,  ("timezone", "timezone"),                   (0.50, 0.60)),  # V; -
        # What the agent script adds, by the names of FingerprintJS's sources: settings of a few people's own, and what
        # follows the GPU or the system. Shares are -; rates are - or those of what they follow.
        Component("+canvasGeometry",   0.0020, 0.01, ("gpu", "gpu"),                      (0.30, 0.80)),
        Component("+webGlExtensions",  0.0020, 0.0,  ("gpu", "gpu"),                      (0.50, 0.95)),
        Component("+fontPreferences",  0.0015, 0.02, ("system", "fonts"),                 (0.30, 0.80)),
        Component("+screenFrame",      0.0020, 0.15, ("screen", "screen"),                (0.50, 0.95)),
        Component("+domBlockers",      0.0050, 0.02, (None, None),                        (0.60, 0.90)),
        Component("+audioBaseLatency", 0.0020, 0.05, ("system", "gpu"),                   (0.60, 0.95)),
        Component("+dateTimeLocale",   0.0006, 0.0,  ("languages", "languages"),          (0.90, 0.95)),
        Component("+colorGamut",       0.0010, 0.10, ("gpu", "screen"),                   (0.70, 0.95)),
        Component("+hdr",              0.0010, 0.10, ("gpu", "screen"),                   (0.80, 0.95)),
        Component("+reducedMotion",    0.0005, 0.0,  (None, None),                        (0.90, 0.90)),
        Component("+contrast",         0.0005, 0.0,  (None, None),                        (0.95, 0.95)),
        Component("+plugins",          0.0010, 0.0,  ("system", "system"),                (0.90, 0.98)),
    )
}
# fmt: on
NEVER_OTHER = frozenset({"system", "platform"})  # FP-STALKER's first rules: these do not change on one device


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that happens to a device and changes several components at once; each of them half of the time."""

    rate: float  # a day
    touches: frozenset[str]
    restless: float = 0.0

    def happened(self, days: float) -> float:
        """The probability that it has, after some days."""
        to_and_fro = self.restless * (1 - math.exp(-2 * days / RESTLESS_DAYS)) / 2
        return max(0.002, to_and_fro + (1 - self.restless) * (1 - math.exp(-self.rate * days)))


# L   S. Li and Y. Cao, Who Touched My Browser Fingerprint?, IMC 2020: what changes together has one cause.
DRAWN = frozenset({"canvas", "+canvasGeometry"})
CAUSES = (
    Cause(1 / 365, DRAWN | {"audio", "fonts", "+fontPreferences"}),  # the system's yearly version
    Cause(0.0028, DRAWN | {"audio"}),  # a release of the browser; V, canvas
    Cause(0.0015, DRAWN | {"gpu", "+webGlExtensions"}),  # a driver; V, renderer
    Cause(0.0008, frozenset({"screen", "+screenFrame", "+fontPreferences", "+colorGamut", "+hdr", "touch"}), 0.12),
    Cause(0.0006, frozenset({"languages", "+dateTimeLocale"})),
    Cause(0.0006, frozenset({"timezone", "languages", "+dateTimeLocale"})),  # somebody moves
)
TOUCHED = math.log(0.5)

Digest = Callable[[str, str], int]


@dataclass(frozen=True, slots=True)
class Print:
    """What one sighting shows of a device: keyed hashes of its components, and versions, which have an order."""

    visitor: int | None
    values: Mapping[str, int]
    major: int | None = None
    os_major: int | None = None
    handset: bool = False

    @property
    def telling(self) -> bool:
        """Whether there is more to compare than the visitor id."""
        return len(self.values) >= 3  # the system and two more

    def parent_of(self, name: str) -> int | None:
        """The value of a component's parent, or of the next one above that was reported."""
        parent = COMPONENTS[name].parent[self.handset]
        while parent is not None and parent not in self.values:
            parent = COMPONENTS[parent].parent[self.handset]
        return self.values[parent] if parent else None


def print_of(device: DeviceReport, browser: BrowserFacts | None, further: Mapping[str, str], digest: Digest) -> Print:
    """The print of a device.

    Args:
        device: as the page or the caller sent it.
        browser: the user agent, parsed; None when there was none.
        further: more digests of the agent script, by name.
        digest: the keyed hash of a component's value, from its name and text.

    """
    known = browser is not None and browser.kind in {"pc", *HANDSETS}
    values = {name: digest(name, text) for name, text in _texts(device, browser if known else None).items() if text}
    for name, text in further.items():
        if text and EXTRA + name in COMPONENTS:
            values[EXTRA + name] = digest(EXTRA + name, text)
    return Print(
        visitor=digest("visitor_id", device.visitor_id) if device.visitor_id else None,
        values=values,
        major=browser.major if browser and known else None,
        os_major=browser.os_major if browser and known else None,
        handset=browser is not None and browser.kind in HANDSETS,
    )


def _texts(device: DeviceReport, browser: BrowserFacts | None) -> dict[str, str]:
    gpu = (device.webgl_vendor, device.webgl_renderer)
    return {
        "system": f"{browser.family}\n{browser.os}" if browser else "",
        "platform": device.platform or "",
        "gpu": "\n".join(part or "" for part in gpu) if any(gpu) else "",
        "canvas": device.canvas or "",
        "audio": device.audio or "",
        "fonts": "\n".join(sorted(device.fonts)) if device.fonts is not None else "",
        "screen": _screen(device.screen or "", device.touch_points),
        "cores": _number(device.hardware_concurrency),
        "memory": _number(device.device_memory),
        "touch": _number(device.touch_points),
        "timezone": device.timezone or "",
        "languages": "\n".join(device.languages or ()),
    }


def _screen(screen: str, touch_points: int | None) -> str:
    """Turned on its side, a handset's screen is the same screen."""
    sides = screen.split("x")
    return "x".join(sorted(sides[:2]) + sides[2:]) if touch_points else screen


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
