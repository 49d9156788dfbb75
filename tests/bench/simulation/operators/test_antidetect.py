"""Profiles replayed from a pool."""

from collections import Counter

from bench.simulation.world import World
from tests.bench.simulation.operators.gather import accounts_of, party_of


def test_profiles_come_again_and_each_is_whole(world: World) -> None:
    lines = [line for _ in range(6) for line in accounts_of(world, "antidetect", 100)]
    visitors = Counter(line["device"]["visitor_id"] for line in lines if line["device"])
    assert max(visitors.values()) > 1
    assert len(visitors) > 60
    assert not any(line["device"]["webdriver"] for line in lines if line["device"])


def test_they_come_slowly(world: World) -> None:
    party = party_of(world, "antidetect", 100)
    assert max(party.days) - min(party.days) > 14


def test_cards_are_of_few_kinds(world: World) -> None:
    lines = accounts_of(world, "antidetect", 200)
    assert 1 <= len({line["payment"]["bin"] for line in lines if line["payment"]}) <= 7
