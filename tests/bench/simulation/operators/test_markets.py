"""The countries of an operator."""

from datetime import timedelta

from bench.simulation.operators.markets import Markets, awake, markets
from bench.simulation.places import BY_CODE
from bench.simulation.world import World


def test_most_operators_serve_one_country_and_some_a_few(world: World) -> None:
    numbers = [len(markets(world).countries) for _ in range(400)]
    assert numbers.count(1) > 200
    assert {1, 2, 3} == set(numbers)


def test_countries_differ_from_operator_to_operator(world: World) -> None:
    assert len({markets(world).countries[0].code for _ in range(200)}) > 8


def test_the_first_country_is_served_oftenest_and_one_that_sleeps_seldom(world: World) -> None:
    served, evening = Markets((BY_CODE["GB"], BY_CODE["JP"])), world.at(0) + timedelta(hours=18)
    drawn = [served.one(world, evening).code for _ in range(400)]
    assert awake(BY_CODE["JP"], 18) < awake(BY_CODE["GB"], 18)
    assert 0 < drawn.count("JP") < 80
