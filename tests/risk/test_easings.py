"""Which eased threshold counts for new facts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from risk import easings
from risk.facts import Eased
from risk.friction import NO_FRICTION, Friction
from risk.models import Easing
from tests.risk.alice import ALICE

FRICTION = Friction(budget=0.1, most_eased=5)


@pytest.fixture
def standing(db: None) -> None:
    for dimension, value, points in [("country", "US", 3), ("language", "en", 4), ("browser", "Firefox", 5)]:
        Easing.objects.create(dimension=dimension, value=value, points=points, moved_at=ALICE.at)


def test_the_group_by_the_most_points_counts_and_they_are_not_added_up(standing: None) -> None:
    assert easings.eased(ALICE, FRICTION) == Eased("language", "en", 4)


def test_the_policy_bounds_them(standing: None) -> None:
    assert easings.eased(ALICE, replace(FRICTION, most_eased=2)) == Eased("language", "en", 2)
    assert easings.eased(ALICE, replace(FRICTION, dimensions=frozenset())) is None


def test_history_is_judged_by_its_own_time(standing: None) -> None:
    assert easings.eased(replace(ALICE, at=ALICE.at - timedelta(seconds=1)), FRICTION) is None


def test_who_is_in_no_known_group_is_not_eased(standing: None) -> None:
    Easing.objects.create(dimension="language", value="(unknown)", points=5, moved_at=ALICE.at)
    assert easings.eased(replace(ALICE, browser=None, network=None), FRICTION) is None


def test_it_is_read_once_in_a_while_and_never_without_a_budget(standing: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert easings.eased(ALICE, NO_FRICTION) is None
        assert len(queries) == 0
        for _ in range(5):
            easings.eased(ALICE, FRICTION)
        assert len(queries) == 1
