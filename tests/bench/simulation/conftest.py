"""A small world, and one whole history that several tests look at."""

import pytest

from bench.simulation.dice import Dice
from bench.simulation.population import Line, Plan, history
from bench.simulation.world import World


@pytest.fixture
def world() -> World:
    return World(Dice("a test"), 45)


@pytest.fixture(scope="package")
def lines() -> list[Line]:
    return list(history(Plan(3000, 45, "a test", operated=0.1)))
