"""A desktop and a stock phone as their pages report them, and what is learnt from traffic. Tests change one thing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from risk.facts import BrowserFacts
from risk.recognition.components import Print, print_of
from risk.recognition.rarity import ALL, Rarity, count_keys, rarity_of
from risk.registration import DeviceReport

DESKTOP = DeviceReport(
    visitor_id="d1",
    canvas="c6a624d5",
    audio="e2cc2e33",
    webgl_vendor="Google Inc. (NVIDIA)",
    webgl_renderer="ANGLE (NVIDIA, NVIDIA GeForce RTX 3060)",
    fonts=("Arial", "Calibri", "Segoe UI"),
    screen="1920x1080x24",
    timezone="America/New_York",
    languages=("en-US", "en"),
    platform="Win32",
    hardware_concurrency=12,
    device_memory=8,
    touch_points=0,
)
PHONE = DeviceReport(
    visitor_id="p1",
    canvas="a0a0",
    audio="b1b1",
    webgl_vendor="Apple Inc.",
    webgl_renderer="Apple GPU",
    fonts=("Gill Sans", "Menlo"),
    screen="393x852x24",
    timezone="America/New_York",
    languages=("en-US", "en"),
    platform="iPhone",
    hardware_concurrency=4,
    touch_points=5,
)
CHROME = BrowserFacts("pc", "Chrome", 148, "Windows", 10, ("en",))
SAFARI = BrowserFacts("mobile", "Mobile Safari", 26, "iOS", 26, ("en",))


def digest(name: str, text: str) -> int:
    """A hash of a component's value."""
    return int.from_bytes(blake2b(f"{name}\n{text}".encode(), digest_size=8).digest(), "big", signed=True)


def desktop(browser: BrowserFacts | None = CHROME, further: dict[str, str] | None = None, **changes: Any) -> Print:
    """The desktop, with changes."""
    return print_of(replace(DESKTOP, **changes), browser, further or {}, digest)


def phone(browser: BrowserFacts | None = SAFARI, **changes: Any) -> Print:
    """The phone, with changes."""
    return print_of(replace(PHONE, **changes), browser, {}, digest)


def learnt(prints: Iterable[Print]) -> Counter[int]:
    """The counts of so many devices."""
    counts: Counter[int] = Counter()
    for seen in prints:
        counts.update([ALL, *count_keys(seen).values()])
    return counts


def rarity(seen: Print, prints: Iterable[Print] = ()) -> Rarity:
    """How rare a print is among others."""
    return rarity_of(seen, count_keys(seen), learnt(prints))
