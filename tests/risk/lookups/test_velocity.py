"""How many others came with the same value: exactly, within the window, and never dearer for being everywhere."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from risk.identifiers import IdentifierKind
from risk.lookups.velocity import Newcomer, by_name, count, declared
from risk.models import Identifier
from risk.places import place
from risk.velocities import COUNT_CAP, DEFAULT, SCAN_CAP, Velocity

NOW = datetime(2026, 8, 3, 12, tzinfo=UTC)
DEVICE = IdentifierKind.DEVICE
SUBJECTS = itertools.count(1)


def store(*ages: timedelta, value: int = 7, kind: IdentifierKind = DEVICE) -> None:
    """Other accounts that showed a value this long ago."""
    Identifier.objects.bulk_create(
        Identifier(subject=next(SUBJECTS), kind=kind, value=value, at=NOW - age) for age in ages
    )


@pytest.mark.django_db
@pytest.mark.parametrize("velocity", DEFAULT, ids=lambda velocity: velocity.name)
def test_a_window_reaches_as_far_back_as_it_says_and_not_into_the_future(velocity: Velocity) -> None:
    second = timedelta(seconds=1)
    ends, begins = velocity.gap, velocity.gap + velocity.window
    store(begins + second, begins - second, ends + second, ends - second, kind=velocity.kind)
    assert count([(NOW, {velocity.kind: 7})])[0][velocity.name] == 2


@pytest.mark.django_db
def test_another_value_or_another_kind_does_not_count() -> None:
    store(timedelta(hours=1), value=8)
    store(timedelta(hours=1), kind=IdentifierKind.CARD)
    assert count([(NOW, {DEVICE: 7})]) == [{"device_accounts_1d": 0, "device_accounts_30d": 0}]


@pytest.mark.django_db
def test_what_was_not_shown_is_not_counted_at_all() -> None:
    assert count([(NOW, {})]) == [{}]


@pytest.mark.django_db
def test_a_value_that_is_everywhere_counts_up_to_the_cap() -> None:
    store(*[timedelta(hours=1)] * (COUNT_CAP + 20))
    assert count([(NOW, {DEVICE: 7})]) == [{"device_accounts_1d": COUNT_CAP, "device_accounts_30d": COUNT_CAP}]


@pytest.mark.django_db
def test_earlier_newcomers_of_a_batch_count_for_later_ones() -> None:
    store(timedelta(days=1))
    newcomers = [(NOW + timedelta(minutes=minute), {DEVICE: 7}) for minute in range(3)]
    assert [counted["device_accounts_30d"] for counted in count(newcomers)] == [1, 2, 3]


@pytest.mark.django_db
def test_newcomers_too_far_apart_do_not_count_for_each_other() -> None:
    network = IdentifierKind.NETWORK
    newcomers: list[Newcomer] = [(NOW, {network: 7}), (NOW + timedelta(minutes=11), {network: 7})]
    assert [counted["network_accounts_10m"] for counted in count(newcomers)] == [0, 0]


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 50])
def test_a_batch_of_any_size_asks_once(size: int) -> None:
    declared()
    with CaptureQueriesContext(connection) as queries:
        count([(NOW, {DEVICE: number}) for number in range(size)])
    assert len(queries) == 1


PHONE = IdentifierKind.PHONE_PLACE
ROW = "+1415555"


def near(value: int) -> list[int]:
    """How many stand in the same 10, 100, 1,000 and 10,000."""
    counted = count([(NOW, {PHONE: value})])[0]
    return [counted[f"phone_{size}_accounts_30d"] for size in (10, 100, 1_000, 10_000)]


@pytest.mark.django_db
def test_neighbours_are_counted_in_the_widths_of_their_blocks() -> None:
    for digits in ("2670", "2679", "2600", "2000", "9999"):
        store(timedelta(days=1), value=place("phone", ROW, digits), kind=PHONE)
    store(timedelta(days=31), value=place("phone", ROW, "2672"), kind=PHONE)
    store(timedelta(days=1), value=place("phone", "+1415556", "2671"), kind=PHONE)
    assert near(place("phone", ROW, "2671")) == [2, 3, 4, 5]


@pytest.mark.django_db
def test_a_row_that_holds_more_than_is_read_counts_as_full_whenever_they_came() -> None:
    values = [place("phone", ROW, f"{number:04}") for number in range(SCAN_CAP)]
    Identifier.objects.bulk_create(
        Identifier(subject=number, kind=PHONE, value=value, at=NOW - timedelta(days=400))
        for number, value in enumerate(values)
    )
    assert near(place("phone", ROW, "2671")) == [0, 0, 0, SCAN_CAP]


@pytest.mark.django_db
def test_neighbours_within_a_batch_are_counted_as_if_stored() -> None:
    values = [place("phone", ROW, digits) for digits in ("2671", "2672", "2699", "9999", "2673")]
    newcomers: list[Newcomer] = [(NOW + timedelta(minutes=at), {PHONE: value}) for at, value in enumerate(values)]
    batched = count(newcomers)
    for (at, identifiers), among in zip(newcomers, batched, strict=True):
        assert count([(at, identifiers)]) == [among]
        store(NOW - at, value=identifiers[PHONE], kind=PHONE)


@pytest.mark.django_db
def test_one_account_with_two_numbers_of_a_block_is_one() -> None:
    for digits in ("2670", "2679"):
        value = place("phone", ROW, digits)
        Identifier.objects.create(subject=7, kind=PHONE, value=value, at=NOW - timedelta(days=1))
    assert near(place("phone", ROW, "2671")) == [1, 1, 1, 1]


def test_where_two_policies_mean_different_things_by_a_name_the_first_is_counted() -> None:
    mine = Velocity("device_accounts_30d", DEVICE, timedelta(days=60))
    other = Velocity("devices_1h", DEVICE, timedelta(hours=1))
    named = {velocity.name: velocity for velocity in by_name((mine,), (*DEFAULT, other))}
    assert (named["device_accounts_30d"], named["devices_1h"]) == (mine, other)
    assert len(named) == len(DEFAULT) + 1
