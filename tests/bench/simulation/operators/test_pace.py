"""When operators work."""

from itertools import pairwise

from bench.simulation.operators.markets import Markets, markets
from bench.simulation.operators.pace import Pace, pace
from bench.simulation.places import BY_CODE
from bench.simulation.world import World


def hours_of(moments: list[float]) -> list[int]:
    return [int(moment % 1 * 24) for moment in moments]


def test_who_works_by_shifts_rests_in_the_other_hours(world: World) -> None:
    moments = Pace(20, shift=(22, 8)).moments(world, 400)
    assert set(hours_of(moments)) <= {22, 23, 0, 1, 2, 3, 4, 5}


def test_programs_never_sleep(world: World) -> None:
    moments = Pace(20).moments(world, 2000)
    assert len(set(hours_of(moments))) == 24
    assert max(moments) - min(moments) < 20


def test_who_follows_a_market_comes_as_its_people_wake(world: World) -> None:
    moments = Pace(20, markets=Markets((BY_CODE["GB"],))).moments(world, 2000)
    assert sum(hour < 6 for hour in hours_of(moments)) / len(moments) < 0.1


def test_bursts_are_short_and_many(world: World) -> None:
    moments = sorted(Pace(20, burst=10, burst_hours=1).moments(world, 200))
    gaps = [after - before for before, after in pairwise(moments)]
    assert sum(gap < 1 / 24 for gap in gaps) > 170
    assert max(moments) - min(moments) > 10


def test_operators_keep_time_in_different_ways(world: World) -> None:
    paces = [pace(world, (20, 35), markets(world)) for _ in range(200)]
    assert {True, False} == {bool(one.burst) for one in paces}
    assert sum(one.markets is not None for one in paces) > 80
    assert any(one.shift for one in paces)
    assert any(not one.shift and not one.markets for one in paces)
    assert all(20 <= one.days <= 35 for one in paces)
