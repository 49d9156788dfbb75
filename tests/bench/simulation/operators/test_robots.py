"""Forms that a program fills in: each like a person's, and all of one operator like each other."""

from statistics import median, pstdev

import pytest

from bench.simulation.dice import Dice
from bench.simulation.names import WHOLE_OR_PART
from bench.simulation.operators.robots import KEY_SECONDS, WAITS_SECONDS, Robot, robot
from bench.simulation.people import person, signup
from bench.simulation.world import Sent, World


@pytest.fixture
def made() -> Robot:
    return Robot(
        key=0.2, waits=12, keys=1.1, pastes=0, pointer=60, finger=9, chance=0.05, by_hand=0, names=WHOLE_OR_PART - 0.03
    )


def _sent(world: World, by: Robot, number: int = 60) -> list[Sent]:
    people = [person(world) for _ in range(number)]
    return [by.over(world, who, signup(world, who, world.at(3)), touch=False) for who in people]


def test_one_programs_forms_are_alike_where_peoples_are_not(world: World, made: Robot) -> None:
    theirs = [sent["form"] for sent in _sent(world, made) if sent["form"]]
    peoples = [sent["form"] for sent in (signup(world, person(world), world.at(3)) for _ in range(60)) if sent["form"]]
    for name in ("duration_ms", "pointer_events"):
        spreads = [
            pstdev(form[name] for form in forms) / median(form[name] for form in forms) for forms in (theirs, peoples)
        ]
        assert spreads[0] < spreads[1] / 2, name
    assert {form["pastes"] for form in theirs} == {0}


def test_a_program_writes_every_name_in_one_way(world: World, made: Robot) -> None:
    people = [person(world) for _ in range(20)]
    for who in people:
        sent = made.over(world, who, signup(world, who, world.at(3)), touch=False)
        assert sent["form"] is None or sent["name"] == f"{who.given[0]}. {who.family}"


def test_where_the_script_did_not_run_nothing_is_filled_in(world: World, made: Robot) -> None:
    who = person(world)
    bare = signup(world, who, world.at(3), device=None, form=None)
    assert made.over(world, who, bare, touch=False) == bare


def test_programs_differ_from_each_other() -> None:
    dice = Dice("one")
    drawn = [robot(dice) for _ in range(50)]
    assert len({each.key for each in drawn}) == 50
    assert all(KEY_SECONDS[0] <= each.key <= KEY_SECONDS[1] for each in drawn)
    assert all(WAITS_SECONDS[0] <= each.waits <= WAITS_SECONDS[1] for each in drawn)
    assert {bool(each.pastes) for each in drawn} == {True, False}
