"""A link on a busy page: ordinary people from everywhere within hours."""

from bench.simulation.honest.crowd import size
from bench.simulation.honest.singles import ordinary
from bench.simulation.world import Party, World

LEAST, MOST, FADES_DAYS = 50, 2000, 0.15


def launch_spike(world: World, room: int) -> Party:
    """One such link; interest fades."""
    begins = world.when()
    number = size(world, room, LEAST, MOST)
    days = [world.clip(begins + world.dice.expovariate(1 / FADES_DAYS)) for _ in range(number)]
    return Party("launch_spike", days, lambda at: ordinary(world, at))
