"""Exposure says what a ring could still take: the limits of tiers become requests a day."""

from typing import Any

import pytest

from risk.models import Ring
from risk.policies.store import DEFAULT, read
from tests.operator import accounts_of, ring_of
from tiers.ladder import Ladder
from tiers.table import parse
from verification.exposure import requests_a_day, with_exposure


def ladder(**limits: dict[str, int]) -> Ladder:
    """The ladder that Gatehouse comes with, where these tiers have these limits."""
    document: dict[str, Any] = read(DEFAULT)
    lines = [{**line, "limits": limits.get(line["tier"], line["limits"])} for line in document["ladder"]]
    return parse({**document, "ladder": lines})


def test_a_day_has_so_many_minutes_and_a_limit_of_days_bounds_it() -> None:
    found = requests_a_day(ladder(basic={"requests_per_minute": 30, "requests_per_day": 500}))
    assert (found["basic"], found["trial"], found["blocked"]) == (500, 6 * 24 * 60, 0)


def test_a_tier_without_a_limit_of_requests_counts_as_the_most_open_one() -> None:
    found = requests_a_day(ladder(trial={"tokens_per_day": 5}))
    assert found["trial"] == max(found.values()) > 0


def test_where_no_tier_limits_requests_each_account_counts_as_one() -> None:
    document: dict[str, Any] = read(DEFAULT)
    none: dict[str, dict[str, int]] = {line["tier"]: {} for line in document["ladder"]}
    assert set(requests_a_day(ladder(**none)).values()) == {1}


@pytest.mark.django_db
def test_an_account_on_a_tier_that_is_gone_counts_as_on_the_lowest() -> None:
    ring_of(accounts_of(2, tier="platinum"))
    rings: list[Any] = list(with_exposure(Ring.objects.all()))
    assert [ring.exposure for ring in rings] == [0]


@pytest.mark.django_db
def test_of_rings_that_could_take_as_much_the_largest_stands_first() -> None:
    for name, count in (("a", 2), ("b", 9), ("c", 4)):
        ring_of(accounts_of(count, name=name, held=True))
    rings: list[Any] = list(with_exposure(Ring.objects.all()))
    assert [(ring.exposure, ring.size) for ring in rings] == [(0, 9), (0, 4), (0, 2)]
    assert len({ring.place for ring in rings}) == 3
