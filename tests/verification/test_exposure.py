"""Exposure says what a ring could still take: the limits of tiers become requests a day, added up and kept."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from risk.models import Ring
from risk.policies.store import DEFAULT, read
from risk.rings.states import RingState
from tests.operator import accounts_of, ring_of
from tiers.ladder import Ladder
from tiers.models import Account
from tiers.table import parse
from verification.exposure import (
    KEPT_FOR,
    LARGE,
    figures_of,
    keep,
    most_exposed_first,
    placed,
    requests_a_day,
    with_exposure,
)

TRIAL = 6 * 24 * 60


def ladder(**limits: dict[str, int]) -> Ladder:
    """The ladder that Gatehouse comes with, where these tiers have these limits."""
    document: dict[str, Any] = read(DEFAULT)
    lines = [{**line, "limits": limits.get(line["tier"], line["limits"])} for line in document["ladder"]]
    return parse({**document, "ladder": lines})


def listed(at: datetime | None = None) -> list[Any]:
    """All rings as lists have them."""
    return list(most_exposed_first(with_exposure(Ring.objects.all(), at=at or timezone.now())))


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
    ring = ring_of(accounts_of(2, tier="platinum"))
    assert [ring.exposure for ring in listed()] == [0]
    assert figures_of(ring, at=timezone.now()).a_day == 0


@pytest.mark.django_db
def test_of_rings_that_could_take_as_much_the_largest_stands_first() -> None:
    for name, count in (("a", 2), ("b", 9), ("c", 4)):
        ring_of(accounts_of(count, name=name, held=True))
    assert [(ring.exposure, ring.size) for ring in listed()] == [(0, 9), (0, 4), (0, 2)]
    by_place: list[Any] = list(placed(with_exposure(Ring.objects.all(), at=timezone.now())))
    assert [ring.size for ring in by_place] == [9, 4, 2]
    assert len({ring.place for ring in by_place}) == 3


@pytest.fixture
def kept(db: None) -> Ring:
    """A ring of three whose sums were kept a minute ago; one of them is held since."""
    ring = ring_of(accounts_of(3))
    keep([ring], at=timezone.now() - timedelta(minutes=1))
    Account.objects.filter(account_id="acct_0").update(held=True)
    return ring


def test_a_list_goes_by_what_is_kept_until_the_ring_changes(kept: Ring) -> None:
    (ring,) = listed()
    assert (ring.exposure, ring.added_up_at) == (3 * TRIAL, kept.added_up.at)
    Ring.objects.update(changed_at=timezone.now())
    (ring,) = listed()
    assert (ring.exposure, ring.added_up_at) == (2 * TRIAL, None)


def test_of_a_large_ring_what_is_kept_is_told_though_it_changes(kept: Ring) -> None:
    Ring.objects.update(changed_at=timezone.now(), size=LARGE)
    assert [ring.exposure for ring in listed()] == [3 * TRIAL]
    kept.refresh_from_db()
    figures = figures_of(kept, at=timezone.now())
    assert (figures.a_day, figures.at) == (3 * TRIAL, kept.added_up.at)


def test_one_small_ring_is_added_up_whenever_it_is_looked_at(kept: Ring) -> None:
    now = timezone.now()
    figures = figures_of(kept, at=now)
    assert (figures.a_day, figures.at) == (2 * TRIAL, now)


@pytest.mark.parametrize("size", [3, LARGE])
def test_what_is_kept_too_long_is_told_no_more(kept: Ring, size: int) -> None:
    Ring.objects.update(size=size)
    kept.refresh_from_db()
    late = timezone.now() + KEPT_FOR
    assert [(ring.exposure, ring.added_up_at) for ring in listed(late)] == [(2 * TRIAL, None)]
    assert figures_of(kept, at=late).a_day == 2 * TRIAL


def test_what_is_kept_is_of_the_ring_as_it_was_before_it_was_added_up(kept: Ring) -> None:
    """A change that comes while it is added up must not be taken for counted."""
    Ring.objects.update(changed_at=timezone.now() - timedelta(minutes=2))  # before `at`, and not seen by `keep`
    assert [ring.exposure for ring in listed()] == [2 * TRIAL]


def test_dismissed_and_merged_rings_have_none_whatever_is_kept(kept: Ring) -> None:
    for state in (RingState.DISMISSED, RingState.MERGED):
        Ring.objects.update(state=state)
        assert [(ring.exposure, ring.added_up_at) for ring in listed()] == [(0, None)]
        kept.refresh_from_db()
        assert figures_of(kept, at=timezone.now()).a_day == 0


def test_keeping_again_takes_the_place_of_what_was_kept(kept: Ring) -> None:
    now = timezone.now()
    keep([kept], at=now)
    kept.refresh_from_db()
    assert (kept.added_up.a_day, kept.added_up.at) == (2 * TRIAL, now)
