"""How many come together."""

from bench.simulation.honest.crowd import size
from bench.simulation.world import World


def test_no_more_come_than_there_is_room_for(world: World) -> None:
    assert {size(world, 3, 10, 20) for _ in range(50)} == {3}
    assert {size(world, 99, 10, 12) for _ in range(200)} == {10, 11, 12}
