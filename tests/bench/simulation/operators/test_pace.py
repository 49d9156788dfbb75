"""When operators work."""

from bench.simulation.operators.pace import Pace
from bench.simulation.world import World


def test_who_works_by_hours_rests_in_the_others(world: World) -> None:
    moments = Pace(20, 22, 8).moments(world, 400)
    hours = {int(moment % 1 * 24) for moment in moments}
    assert hours <= {22, 23, 0, 1, 2, 3, 4, 5}


def test_programs_never_sleep(world: World) -> None:
    moments = Pace(20, 22, 24).moments(world, 2000)
    assert len({int(moment % 1 * 24) for moment in moments}) == 24
    assert max(moments) - min(moments) < 20
