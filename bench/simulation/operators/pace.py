"""When an operator's accounts come."""

from dataclasses import dataclass

from bench.simulation.world import World

SHIFTS = (6, 8, 10, 14, 24, 24)  # hours of work in a day; 24: programs that never sleep


@dataclass(frozen=True, slots=True)
class Pace:
    """Over how many days, and in which hours of UTC."""

    days: float
    from_hour: int
    hours: int

    def moments(self, world: World, number: int) -> list[float]:
        """So many moments, in days from the start of the history."""
        begins = world.dice.uniform(0, max(0.01, world.days - self.days))
        return [self._moment(world, begins) for _ in range(number)]

    def _moment(self, world: World, begins: float) -> float:
        day = begins + world.dice.random() * self.days
        if self.hours < 24 and self.days >= 1:
            day = int(day) + ((self.from_hour + world.dice.random() * self.hours) % 24) / 24
        return world.clip(day)


def pace(world: World, least: float, most: float) -> Pace:
    """Some pace between so many and so many days."""
    days = min(world.dice.uniform(least, most), world.days)
    return Pace(days, world.dice.randrange(24), world.dice.choice(SHIFTS))
