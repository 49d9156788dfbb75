"""A device's report is cleaned, and its clock is that of the moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.facts import DeviceFacts
from risk.lookups.device import ZONES, device_facts, offset
from risk.registration import DeviceReport
from tests.risk.lookups.hostile import counts, numbers, storable, texts

SUMMER = datetime(2026, 7, 1, tzinfo=UTC)
WINTER = datetime(2026, 1, 1, tzinfo=UTC)


def facts_of(**report: Any) -> DeviceFacts:
    facts = device_facts(DeviceReport(**report), SUMMER, None, None)
    assert facts is not None
    return facts


@pytest.mark.parametrize(
    ("timezone", "at", "minutes"),
    [
        ("Europe/Berlin", SUMMER, 120),
        ("Europe/Berlin", WINTER, 60),
        ("Asia/Kolkata", SUMMER, 330),
        ("Asia/Calcutta", SUMMER, 330),
        ("America/St_Johns", WINTER, -210),
        ("UTC", SUMMER, 0),
        ("Europe/Atlantis", SUMMER, None),
        ("../../etc/passwd", SUMMER, None),
        ("Europe", SUMMER, None),
        ("tzdata.zi", SUMMER, None),
        (None, SUMMER, None),
        ("Asia/Tokyo", datetime.max.replace(tzinfo=UTC), None),
        ("America/New_York", datetime.min.replace(tzinfo=UTC), None),
    ],
)
def test_the_clock_is_the_zones_at_that_moment(timezone: str | None, at: datetime, minutes: int | None) -> None:
    assert offset(timezone, at) == minutes


def test_every_zone_that_a_browser_can_name_has_a_clock() -> None:
    assert len(ZONES) > 550
    assert all(offset(zone, SUMMER) is not None for zone in ZONES)


@pytest.mark.parametrize(
    ("screen", "expected"),
    [
        ("430x932x24", (430, 932, 24)),
        ("0x0x24", (0, 0, 24)),
        ("430x932", None),
        ("-1x932x24", None),
        ("9999999x9999999x24", None),
        ("\u0664\u0663\u0660x932x24", None),
        ("", None),
        (None, None),
    ],
)
def test_a_screen_has_two_sides_and_a_depth(screen: str | None, expected: tuple[int, int, int] | None) -> None:
    assert facts_of(screen=screen).screen == expected


def test_fonts_are_counted_and_not_kept() -> None:
    facts = facts_of(fonts=("Gill Sans", "Menlo"))
    assert facts.fonts == 2
    assert facts.font_systems == ("apple",)
    assert "Menlo" not in repr(facts)
    assert facts_of(fonts=()).fonts == 0
    assert facts_of(fonts=None).fonts is None


def test_what_identifies_the_device_is_not_kept() -> None:
    assert "5a08e8b8" not in repr(facts_of(visitor_id="5a08e8b8c2142912dab0", canvas="5a08e8b8", audio="5a08e8b8"))


@pytest.mark.parametrize(
    ("bot", "expected"), [(None, None), ("", ""), ("headless_chrome", "headless_chrome"), ("\0", "unnamed")]
)
def test_the_bot_detectors_silence_is_not_its_all_clear(bot: str | None, expected: str | None) -> None:
    facts = device_facts(DeviceReport(), SUMMER, 3.5, bot)
    assert facts is not None
    assert facts.bot == expected
    assert facts.known_days == 3.5


def test_a_device_that_was_not_reported_has_no_facts() -> None:
    assert device_facts(None, SUMMER, 3.5, "") is None


lists = st.one_of(st.none(), st.lists(texts.map(lambda text: text or ""), max_size=40).map(tuple))


@given(
    st.builds(
        DeviceReport,
        visitor_id=texts,
        canvas=texts,
        audio=texts,
        webgl_vendor=texts,
        webgl_renderer=texts,
        fonts=lists,
        screen=texts,
        timezone=st.one_of(texts, st.sampled_from(sorted(ZONES))),
        languages=lists,
        platform=texts,
        hardware_concurrency=counts,
        device_memory=numbers,
        touch_points=counts,
        webdriver=st.one_of(st.none(), st.booleans()),
    ),
    st.datetimes(timezones=st.just(UTC)),
    numbers,
    texts,
)
def test_nothing_that_is_sent_breaks_it(
    report: DeviceReport, at: datetime, known_days: float | None, bot: str | None
) -> None:
    facts = device_facts(report, at, known_days, bot)
    assert storable(facts)
    assert facts is not None
    assert facts.timezone_offset is None or abs(timedelta(minutes=facts.timezone_offset)) < timedelta(days=1)
