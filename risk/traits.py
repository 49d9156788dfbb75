"""What a browser shows that belongs together, and which two of them are looked at side by side.

A generator of fingerprints that draws attribute by attribute gets each of them right and their company wrong: an Apple
processor with the memory of a PC, a telephone's screen on a desktop's system. Which pairs go together is learnt from
traffic (risk.lookups.pairs); here is only which are looked at. Every trait is coarse, so that many share it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from risk.facts import BrowserFacts, DeviceFacts, Facts
from risk.intel.gpus import interface, legible, series

HANDSETS = ("mobile", "tablet")
# Brave draws these by lot for each site and says who it is: brave.com/privacy-updates/4-fingerprinting-defenses-2.0.
BRAVE = "brave"
DRAWN_BY_BRAVE = ("cores", "memory")
Traits = Mapping[str, str]


class Group(StrEnum):
    """Pairs that say the same kind of thing; each group has its own signal and weight."""

    HARDWARE = "hardware"
    LOCALE = "locale"  # a clock and a language: travellers and people who moved are rare here, so it weighs little
    EDGE = "edge"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two traits that are counted together."""

    group: Group
    one: str
    other: str

    @property
    def name(self) -> str:
        """The pair in a word."""
        return f"{self.one}+{self.other}"


def _pairs(group: Group, *names: str) -> list[Pair]:
    return [Pair(group, *name.split("+")) for name in names]


PAIRS: Sequence[Pair] = (
    *_pairs(
        Group.HARDWARE,
        "system+gpu",
        "system+drawing",
        "system+screen",
        "system+memory",
        "system+cores",
        "system+touch",
        "system+fonts",
        "system+depth",
        "browser+platform",
        "browser+memory",
        "browser+gpu",
        "platform+gpu",
        "platform+screen",
        "gpu+screen",
        "gpu+cores",
        "gpu+memory",
        "cores+memory",
        "screen+touch",
    ),
    *_pairs(Group.LOCALE, "clock+language"),
    *_pairs(Group.EDGE, "client+hello", "system+hello"),
)


def traits_of(facts: Facts) -> Traits:
    """The traits that these facts show; what is not known is left out, and so are the pairs with it."""
    if facts.browser is None or facts.browser.kind in ("bot", "tool"):
        return {}
    shown = {**_browser(facts.browser), **(_device(facts.device, facts.browser.kind) if facts.device else {})}
    if facts.hints and BRAVE in dict(facts.hints.brands):
        shown |= dict.fromkeys(DRAWN_BY_BRAVE)
    if facts.edge and facts.edge.ja4:
        shown["hello"] = facts.edge.ja4
    return {name: value for name, value in shown.items() if value is not None}


def _browser(browser: BrowserFacts) -> dict[str, str | None]:
    return {
        "browser": browser.family,
        "client": f"{browser.family} {browser.major}",
        "system": f"{browser.os} {browser.kind}",
    }


def _device(device: DeviceFacts, kind: str) -> dict[str, str | None]:
    graphics = legible(device.webgl_vendor, device.webgl_renderer)
    cores, touch = device.hardware_concurrency, device.touch_points
    return {
        "platform": device.platform,
        "gpu": series(graphics),
        "drawing": interface(graphics),
        "screen": _screen(device.screen, kind),
        "depth": str(device.screen[2]) if device.screen else None,
        "cores": str(cores) if cores is not None else None,
        # A browser that tells its cores and no memory is of the kind that never does: that is a trait as well.
        "memory": f"{device.device_memory:g}" if device.device_memory is not None else ("none" if cores else None),
        "touch": str(min(touch, 10)) if touch is not None else None,
        "fonts": " ".join(device.font_systems) if device.font_systems is not None else None,
        "clock": str(device.timezone_offset) if device.timezone_offset is not None else None,
        "language": device.languages[0].split("-")[0].lower() if device.languages else None,
    }


def _screen(screen: tuple[int, int, int] | None, kind: str) -> str | None:
    """Both sides; a handset's the shorter first, because it can be turned."""
    if screen is None:
        return None
    sides = sorted(screen[:2]) if kind in HANDSETS else screen[:2]
    return f"{sides[0]}x{sides[1]}"
