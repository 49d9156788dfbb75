"""Names are of the place, mostly, and are written as people write them."""

from bench.simulation.dice import Dice
from bench.simulation.names import FAMILY, GIVEN, name, written
from bench.simulation.places import COUNTRIES


def test_every_country_has_names() -> None:
    assert {country.names for country in COUNTRIES} <= GIVEN.keys() & FAMILY.keys()


def test_most_names_are_of_the_place_and_some_from_elsewhere() -> None:
    dice = Dice("one")
    drawn = [name(dice, "pl") for _ in range(1000)]
    local = sum(given in GIVEN["pl"] and family in FAMILY["pl"] for given, family in drawn)
    assert 900 < local < 980


def test_not_everybody_writes_a_whole_name() -> None:
    dice = Dice("one")
    found = {written("Anna", "Nowak", dice.random()) for _ in range(1000)}
    assert {"Anna Nowak", "Anna", "anna nowak", "A. Nowak", None} <= found
