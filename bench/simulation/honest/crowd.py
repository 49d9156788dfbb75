"""What groups that come together have in common: how many come, and who makes them."""

from collections.abc import Callable

from bench.simulation.world import Party, World

Crowd = Callable[[World, int], Party]  # of at most so many


def size(world: World, room: int, least: int, most: int) -> int:
    """How many come: between the two, and not more than there is room for."""
    return min(room, world.dice.randrange(least, most + 1))
