"""Chance comes from the seed alone."""

import pytest

from bench.simulation.dice import Dice, Weighted, digest


def test_the_same_seed_falls_the_same() -> None:
    assert [Dice("one").random() for _ in range(3)] == [Dice("one").random() for _ in range(3)]
    assert Dice("one").random() != Dice("two").random()


def test_heavier_things_are_drawn_oftener() -> None:
    dice, of = Dice("one"), Weighted([("often", 9), ("seldom", 1)])
    drawn = [dice.one(of) for _ in range(2000)]
    assert drawn.count("often") == pytest.approx(1800, abs=60)


def test_a_template_is_filled_with_digits_and_letters() -> None:
    filled = Dice("one").fill("+1N##-??")
    assert filled.startswith("+1")
    assert filled[2] in "23456789"
    assert filled[3:5].isdecimal()
    assert filled[6:].isalpha()


def test_hex_digits_are_as_many_as_asked_for() -> None:
    assert all(len(Dice(str(seed)).hexes(16)) == 16 for seed in range(50))
    assert len(digest("a", 1, digits=20)) == 20
    assert digest("a", 1) != digest("a", 2)


def test_weights_are_told_again() -> None:
    rows = [("often", 9.0), ("seldom", 1.0), ("never", 0.0)]
    assert Weighted(rows).rows() == rows
