"""Fonts are the system's, and computers have some more."""

from bench.simulation.dice import Dice
from bench.simulation.fonts import BASE, fonts
from bench.simulation.models import System


def test_a_phone_has_what_its_maker_put_on_it() -> None:
    dice = Dice("one")
    assert {tuple(fonts(dice, System.IPHONE)) for _ in range(50)} == {BASE[System.IPHONE]}


def test_computers_differ() -> None:
    dice = Dice("one")
    drawn = [tuple(fonts(dice, System.WINDOWS)) for _ in range(200)]
    assert len(set(drawn)) > 10
    assert all(set(BASE[System.WINDOWS]) <= set(found) for found in drawn)
