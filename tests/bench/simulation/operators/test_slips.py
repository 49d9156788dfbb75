"""What operators forget."""

from bench.simulation.operators.slips import Slips, slips
from bench.simulation.people import own_browser, person
from bench.simulation.places import BY_CODE
from bench.simulation.world import World


def test_now_and_then_the_operators_own_clock_shows(world: World) -> None:
    home = person(world, BY_CODE["JP"])
    seen = own_browser(world, person(world, BY_CODE["US"]), world.at(3))
    forgets = Slips(home, 1, 1).over(world, seen).report
    assert (forgets["timezone"], forgets["languages"]) == ("Asia/Tokyo", list(home.tongue))
    assert Slips(home, 0, 0).over(world, seen) is seen


def test_operators_are_careful_to_a_degree(world: World) -> None:
    assert all(0 <= slips(world).clock <= 0.06 for _ in range(50))
