"""Pairs of attributes are learnt: what never comes together stands out, and a flood does not change that soon."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from risk.facts import PairFacts
from risk.lookups import pairs
from risk.lookups.pairs import HALF_LIFE_DAYS, LEARNT, Shown, bound, forget, learn, note, origin, rarest
from risk.models import PairCount, PairSighting
from risk.traits import Traits

NOW = datetime(2026, 8, 3, 12, tzinfo=UTC)
MAC = {"system": "Mac OS X pc", "gpu": "apple m1"}
PC = {"system": "Windows pc", "gpu": "geforce rtx 30"}
FORGED = {"system": "Windows pc", "gpu": "apple m1"}
NETWORKS = count(1)


def sightings(traits: Traits, number: int, at: datetime = NOW) -> list[Shown]:
    """So many signups, each from a network of its own."""
    return [Shown(at, next(NETWORKS), traits) for _ in range(number)]


def taught(*shown: Iterable[Shown]) -> None:
    for some in shown:
        note(some)
    with connection.cursor() as cursor:  # as PostgreSQL does by itself of what is committed
        cursor.execute("ANALYZE risk_pairsighting, risk_paircount")
    while learn():
        pass


def hardware(traits: Traits, at: datetime = NOW) -> PairFacts:
    ((found,),) = rarest([(at, traits)])
    return found


@pytest.mark.django_db
def test_what_comes_together_is_usual_and_what_never_does_stands_out() -> None:
    taught(sightings(MAC, 300), sightings(PC, 700))
    assert hardware(MAC).lift > 1  # type: ignore[operator] # it was judged
    forged = hardware(FORGED)
    assert (forged.name, forged.judged, forged.seen, forged.expected) == ("system+gpu", 1, 0, 210)
    assert forged.support == 1000
    assert forged.lift == pytest.approx(3 / 210, abs=1e-4)


@pytest.mark.django_db
def test_nothing_is_said_of_what_is_itself_uncommon() -> None:
    taught(sightings(MAC, 20), sightings(PC, 980))
    assert hardware({"system": "Windows pc", "gpu": "apple m1"}).judged == 0
    assert hardware({"system": "Windows pc", "gpu": "voodoo 2"}).judged == 0


@pytest.mark.django_db
def test_before_anything_was_learnt_nothing_is_judged() -> None:
    assert hardware(FORGED) == PairFacts("hardware", 1, 0, 0.0)
    assert rarest([(NOW, {})]) == [()]


@pytest.mark.django_db
def test_a_network_counts_once_a_day() -> None:
    note([Shown(NOW, 7, FORGED)] * 50)
    note([Shown(NOW + timedelta(hours=1), 7, FORGED), Shown(NOW + timedelta(days=1), 7, FORGED)])
    taught([])
    assert hardware(FORGED, NOW + timedelta(days=1)).support == pytest.approx(2, abs=0.1)


@pytest.mark.django_db
def test_a_network_counts_once_a_day_also_after_it_was_learnt_from() -> None:
    taught([Shown(NOW, 7, PC)])
    taught([Shown(NOW, 7, PC)])
    assert hardware(PC).support == 1


@pytest.mark.django_db
def test_counts_halve_in_a_half_life_without_being_touched() -> None:
    taught(sightings(PC, 200))
    assert hardware(PC, NOW + timedelta(days=HALF_LIFE_DAYS)).support == 100


@pytest.mark.django_db
def test_history_that_comes_late_counts_as_if_it_had_come_in_time() -> None:
    taught(sightings(PC, 100), sightings(PC, 100, NOW - timedelta(days=HALF_LIFE_DAYS)))
    assert hardware(PC).support == 150


@pytest.mark.django_db
def test_a_flood_from_many_networks_does_not_make_a_forgery_usual_within_a_week() -> None:
    taught(sightings(MAC, LEARNT // 3), sightings(PC, LEARNT))
    for day in range(1, 8):
        at = NOW + timedelta(days=day)
        taught(sightings(MAC, 50, at), sightings(PC, 100, at), sightings(FORGED, 500, at))
    forged = hardware(FORGED, NOW + timedelta(days=8))
    assert forged.lift is not None
    assert forged.lift < 0.05


@pytest.mark.django_db
def test_what_is_really_there_is_learnt_at_the_rate_at_which_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound on growth holds floods back, not the steady share of an honest pair."""
    monkeypatch.setattr(pairs, "LEARNT", 500)
    taught(sightings(MAC, 300), sightings(PC, 700))
    for day in range(1, 11):
        at = NOW + timedelta(days=day)
        taught(sightings(MAC, 30, at), sightings(PC, 70, at))
    found = hardware(MAC, at)
    assert found.seen == pytest.approx(0.3 * found.support, rel=0.05)


@pytest.mark.django_db
def test_a_batch_asks_once_and_notes_once() -> None:
    with CaptureQueriesContext(connection) as queries:
        rarest([(NOW, MAC), (NOW, PC), (NOW, FORGED)])
        note(sightings(MAC, 100))
    assert len(queries) == 2


@pytest.mark.django_db
def test_what_is_learnt_is_bounded_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    taught(sightings(PC, 3), sightings(MAC, 1))
    monkeypatch.setattr(pairs, "COUNTS_MAX", 4)
    forget(NOW)
    assert 0 < PairCount.objects.count() <= 4
    forget(NOW + timedelta(days=5 * HALF_LIFE_DAYS))
    assert not PairCount.objects.exists()
    assert not PairSighting.objects.exists()


@pytest.mark.django_db
def test_stored_counts_and_sightings_name_no_attribute_and_no_address() -> None:
    taught(sightings(MAC, 1))
    stored = str(list(PairSighting.objects.values())) + str(list(PairCount.objects.values()))
    assert "apple" not in stored.lower()
    assert "mac" not in stored.lower()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.200", True),
        ("203.0.113.7", "203.0.114.7", False),
        ("2001:db8:1200::1", "2001:db8:12ff::1", True),
        ("2001:db8:1200::1", "2001:db8:1300::1", False),
        ("::ffff:203.0.113.7", "203.0.113.9", True),
    ],
)
def test_a_network_is_what_one_customer_may_well_have_the_whole_of(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - the column of a table
    assert (origin(one) == origin(other)) is same


@pytest.mark.parametrize("ip", [None, "", "nonsense", "1.2.3.4.5"])
def test_without_an_address_nothing_is_learnt(ip: str | None) -> None:
    assert origin(ip) is None


def test_the_bound_is_the_rule_of_three_for_none_and_near_one_for_many() -> None:
    assert bound(0, 300) == pytest.approx(0.01)
    assert 1 < bound(10_000, 10_000) < 1.03
