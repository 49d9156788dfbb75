"""Numbers are mostly good, and boxes of SIM cards stand in rows."""

import phonenumbers

from bench.simulation.dice import Dice
from bench.simulation.phones import block, phone
from bench.simulation.places import BY_CODE


def test_a_few_people_mistype_their_number() -> None:
    dice = Dice("one")
    valid = sum(phonenumbers.is_valid_number(phonenumbers.parse(phone(dice, BY_CODE["DE"]))) for _ in range(2000))
    assert 0.97 < valid / 2000 < 1


def test_a_block_is_a_number_without_its_last_four_digits() -> None:
    front = block(Dice("one"), BY_CODE["US"])
    assert phonenumbers.is_possible_number(phonenumbers.parse(f"{front}1234"))
