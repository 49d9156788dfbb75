"""What a device was when a subject came with it is known from its changes, and those are kept for a while only."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from risk.drifting import CROWD, KEPT, changed_with, drifted_since, forget
from risk.identifiers import IdentifierKind, Shown, store
from risk.known_devices import Look, print_at, recognise, remember
from risk.models import DeviceChange
from tests.risk.recognition.prints import CHROME, DESKTOP

pytestmark = pytest.mark.django_db
AUGUST = datetime(2026, 8, 3, tzinfo=UTC)
STEPS: list[dict[str, Any]] = [
    {},
    {"webgl_renderer": "ANGLE (AMD, Radeon RX 7900)"},
    {"canvas": "c2"},
    {"screen": "2560x1440x24"},
    {"hardware_concurrency": 32},
    {"device_memory": 4},
]


def come(subject: int, day: int, shown: dict[str, Any]) -> int:
    """A subject signs up with the desktop as it is on a day; which device that is."""
    at = AUGUST + timedelta(days=day)
    report = DESKTOP.__class__(**{**{name: getattr(DESKTOP, name) for name in DESKTOP.__dataclass_fields__}, **shown})
    (found,) = recognise([Look(print_at(report, CHROME, {}), at, f"a{subject}")])
    assert found is not None
    remember([found])
    store([Shown(subject, at, {IdentifierKind.DEVICE: found.identity})])
    return found.identity


def walk() -> int:
    """Subjects 1 to 6 come twenty days apart, and each changes a little on the one device."""
    shown: dict[str, Any] = {}
    numbers = set()
    for subject, step in enumerate(STEPS, 1):
        shown |= step
        numbers.add(come(subject, 20 * subject, {**shown, "visitor_id": f"v{subject}"}))
    (number,) = numbers
    return number


def test_who_came_before_the_steps_learns_how_far_they_lead_and_the_last_one_learns_nothing() -> None:
    walk()
    found = drifted_since(range(1, 7))
    assert found[1] == ("canvas", "cores", "gpu", "memory", "screen")
    assert "gpu" not in found.get(2, ())
    assert 6 not in found


def test_a_device_that_came_changed_is_told_of_and_one_that_did_not_is_not() -> None:
    number = walk()
    come(
        9,
        5,
        {"canvas": "apart", "audio": "apart", "fonts": ("Apart",), "visitor_id": "apart", "timezone": "Asia/Tokyo"},
    )
    assert changed_with([3, 9]) == [number]
    assert changed_with([9]) == []


def test_what_a_crowd_comes_with_is_news_to_nobody_for_changing() -> None:
    number = walk()
    store([Shown(100 + place, AUGUST, {IdentifierKind.DEVICE: number}) for place in range(CROWD)])
    assert changed_with([3]) == []


def test_changes_are_kept_for_a_while() -> None:
    walk()
    kept = DeviceChange.objects.count()
    assert kept == 5
    assert forget(AUGUST + timedelta(days=40) + KEPT) == 0
    assert forget(AUGUST + timedelta(days=41) + KEPT) == 1
    assert DeviceChange.objects.count() == kept - 1
