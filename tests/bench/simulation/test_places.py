"""Countries hold together: their clocks are known, their numbers are of their plans."""

from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from bench.simulation.dice import Dice
from bench.simulation.places import ARRIVALS, COMING, COUNTRIES, Country


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.code)
def test_its_clocks_are_known(country: Country) -> None:
    assert [ZoneInfo(zone).key for zone in country.zones.things] == list(country.zones.things)


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.code)
def test_nearly_all_its_mobiles_are_of_its_plan(country: Country) -> None:
    dice = Dice(country.code)
    numbers = [phonenumbers.parse(dice.fill(dice.one(country.mobiles))) for _ in range(300)]
    valid = [number for number in numbers if phonenumbers.is_valid_number(number)]
    assert len(valid) > 285
    # The United States and Canada share a code; their numbers are told apart by area alone.
    assert {phonenumbers.region_code_for_number(number) for number in valid} == {country.code}


def test_people_come_when_they_are_awake() -> None:
    at_night, by_day = COMING[18], COMING[5]  # 18:00 UTC is 3:00 in Tokyo, 5:00 is 14:00
    places = {country.code: place for place, country in enumerate(at_night.things)}
    japan = places["JP"]

    def share(hour: int) -> float:
        below = COMING[hour].cumulative[japan - 1]
        return (COMING[hour].cumulative[japan] - below) / ARRIVALS[hour]

    assert at_night.things == by_day.things
    assert share(5) > 3 * share(18)
