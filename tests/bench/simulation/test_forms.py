"""Forms are filled in as people fill them in."""

from statistics import median

import pytest

from bench.simulation.dice import Dice
from bench.simulation.forms import form


def test_slow_people_take_longer_and_type_as_much() -> None:
    dice = Dice("one")
    slow = [form(dice, 40, habit="slow")["duration_ms"] for _ in range(200)]
    quick = [form(dice, 40, habit="typed")["duration_ms"] for _ in range(200)]
    assert median(slow) > 2 * median(quick)


@pytest.mark.parametrize("habit", ["autofill", "manager", "pasted"])
def test_who_does_not_type_presses_few_keys(habit: str) -> None:
    dice = Dice("one")
    assert all(form(dice, 40, habit=habit)["keystrokes"] < 40 for _ in range(200))


def test_no_person_is_faster_than_three_seconds() -> None:
    dice = Dice("one")
    assert min(form(dice, 40)["duration_ms"] for _ in range(3000)) >= 3200
    assert form(dice, 40, touch=True).keys() == {"duration_ms", "keystrokes", "pastes", "pointer_events"}
