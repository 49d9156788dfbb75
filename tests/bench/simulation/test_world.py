"""Time goes as people's days go."""

from datetime import UTC, datetime

from bench.simulation.places import BY_CODE
from bench.simulation.world import STARTS, World


def test_a_moment_lies_within_the_history(world: World) -> None:
    moments = [world.when() for _ in range(500)] + [world.after(44.9, 3) for _ in range(500)]
    assert all(0 <= moment < 45 for moment in moments)
    assert world.at(0) == STARTS == datetime(2026, 8, 3, tzinfo=UTC)


def test_fewer_come_at_weekends_and_at_night(world: World) -> None:
    moments = [world.when(BY_CODE["GB"]) for _ in range(4000)]
    weekends = sum(int(moment) % 7 >= 5 for moment in moments) / len(moments)
    nights = sum((moment % 1) * 24 < 6 for moment in moments) / len(moments)
    assert weekends < 0.25
    assert nights < 0.08
