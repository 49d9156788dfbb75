"""Thresholds move a step a day by what was counted, and every move is told."""

from datetime import timedelta

import pytest

from risk.models import Easing
from risk.policies.store import DEFAULT, publish, read
from tests.risk.alice import ALICE
from verification.friction import easing
from verification.friction.reading import read as reading
from verification.friction_models import FrictionTally
from verification.models import Event

NOW = ALICE.at
BUDGET = {"budget": 0.1, "most_eased": 5, "dimensions": ["language"]}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted() -> None:
    """A group that is over its budget and has a history, in a dimension that eases and in one that does not."""
    publish({**read(DEFAULT), "friction": BUDGET})
    for dimension in ("language", "country"):
        for days, counts in (
            (2, {"allow": 800, "cleared": 900, "proven": 180}),
            (20, {"allow": 4000, "cleared": 3800}),
        ):
            FrictionTally.objects.create(
                day=(NOW - timedelta(days=days)).date(), dimension=dimension, value="is", **counts
            )


def watch(**passed: float) -> None:
    at = NOW + timedelta(**passed)
    easing.watch(reading(at, days=7), at=at)


def standing() -> list[tuple[str, str, float]]:
    return [(each.dimension, each.value, each.points) for each in Easing.objects.all()]


def test_it_moves_once_a_day_and_only_where_the_policy_lets_it() -> None:
    for hours in (0, 1, 23):
        watch(hours=hours)
    assert standing() == [("language", "is", 1.0)]
    watch(hours=24)
    assert standing() == [("language", "is", 2.0)]
    assert [(event.data["before"], event.data["after"]) for event in Event.objects.order_by("pk")] == [(0, 1), (1, 2)]
    assert {event.account for event in Event.objects.all()} == {None}


def test_a_flood_does_not_wait_for_the_day_to_be_over() -> None:
    watch()
    FrictionTally.objects.filter(day__gte=NOW - timedelta(days=6)).update(deny=2000)
    watch(hours=1)
    assert standing() == [("language", "is", 0.0)]
    assert Event.objects.latest("pk").data["why"] == "more signups than twice its usual pace"


def test_a_policy_that_allows_fewer_points_has_them_at_once() -> None:
    Easing.objects.create(dimension="language", value="is", points=5, moved_at=NOW)
    publish({**read(DEFAULT), "friction": {**BUDGET, "most_eased": 2}})
    watch(hours=1)
    assert standing() == [("language", "is", 2.0)]
    publish({**read(DEFAULT), "friction": {**BUDGET, "dimensions": ["country"]}})
    watch(hours=2)
    assert ("language", "is", 0.0) in standing()


def test_what_has_long_come_back_leaves_no_row() -> None:
    Easing.objects.create(dimension="language", value="gone", points=0, moved_at=NOW)
    watch(days=2)
    assert "gone" not in [value for _, value, _ in standing()]
