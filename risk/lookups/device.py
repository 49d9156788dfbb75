"""The device as it reported itself, cleaned, with its clock's distance from UTC."""

import re
from datetime import datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from risk.facts import DeviceFacts
from risk.intel.system_fonts import font_systems
from risk.lookups.cleaning import clean, count, number
from risk.registration import DeviceReport

LANGUAGES_MAX = 16
LANGUAGE_MAX = 35  # characters; the longest that BCP 47 (section 4.4.1) asks to keep
FONTS_MAX = 10_000
CORES_MAX = 4096
SIDE_MAX = 100_000  # pixels
SCREEN = re.compile(r"(\d{1,6})x(\d{1,6})x(\d{1,3})", re.ASCII)

# tzdata's own list: asking ZoneInfo for any other name would try it as the name of a file.
ZONES = frozenset(resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def device_facts(
    report: DeviceReport | None, at: datetime, known_days: float | None, bot: str | None
) -> DeviceFacts | None:
    """The facts of a device; None when none was reported.

    Args:
        report: as the page or the caller sent it.
        at: the moment of the signup, for which the zone's offset holds.
        known_days: since when the device is known.
        bot: what the page's bot detector named, "" when it found none, None when it did not run.

    """
    if report is None:
        return None
    timezone = clean(report.timezone)
    return DeviceFacts(
        known_days=number(known_days),
        platform=clean(report.platform),
        timezone=timezone,
        timezone_offset=offset(timezone, at),
        languages=_languages(report.languages),
        webgl_vendor=clean(report.webgl_vendor),
        webgl_renderer=clean(report.webgl_renderer),
        screen=_screen(report.screen),
        fonts=count(len(report.fonts), most=FONTS_MAX) if report.fonts is not None else None,
        hardware_concurrency=count(report.hardware_concurrency, most=CORES_MAX),
        device_memory=number(report.device_memory),
        touch_points=count(report.touch_points),
        webdriver=report.webdriver,
        bot=bot and (clean(bot) or "unnamed"),
        font_systems=font_systems(report.fonts),
    )


def offset(timezone: str | None, at: datetime) -> int | None:
    """Minutes east of UTC that a zone's clocks showed at a moment; None for a zone or time that cannot be."""
    if timezone not in ZONES:
        return None
    try:
        ahead = at.astimezone(_zone(timezone)).utcoffset()
    except OverflowError:  # the first or last day that a datetime can hold
        return None
    return round(ahead.total_seconds() / 60) if ahead is not None else None


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _languages(languages: tuple[str, ...] | None) -> tuple[str, ...]:
    cleaned = (clean(language, limit=LANGUAGE_MAX) for language in (languages or ())[:LANGUAGES_MAX])
    return tuple(language for language in cleaned if language)


def _screen(text: str | None) -> tuple[int, int, int] | None:
    """Width, height and bits a pixel of "430x932x24". A side of nothing is kept: no screen has it, so it tells."""
    sides = SCREEN.fullmatch((text or "")[:32])
    if sides is None:
        return None
    width, height, depth = map(int, sides.groups())
    return (width, height, depth) if width <= SIDE_MAX and height <= SIDE_MAX else None
