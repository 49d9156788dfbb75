"""Which devices operators show."""

from bench.simulation.dice import Dice
from bench.simulation.models import COMPUTERS, PHONE_FIRST
from bench.simulation.operators.profiles import OFFERS, offer, shown_by
from bench.simulation.places import BY_CODE


def test_most_show_what_people_of_the_country_have_and_some_only_computers() -> None:
    dice = Dice("one")
    drawn = [offer(dice) for _ in range(200)]
    assert 0 < drawn.count(COMPUTERS) < 80
    assert {COMPUTERS, None} == set(OFFERS.things)
    assert shown_by(None, BY_CODE["IN"]) is PHONE_FIRST
    assert shown_by(COMPUTERS, BY_CODE["IN"]) is COMPUTERS
