"""When an operator's accounts come: evenly or in bursts; as people of its market wake, by shifts, or at any hour."""

from dataclasses import dataclass
from math import ceil

from bench.simulation.dice import Weighted
from bench.simulation.operators.markets import Markets
from bench.simulation.world import LOCAL, World

HOURS = Weighted([("market", 6), ("shift", 2), ("sleepless", 1)])
AT_ITS_OWN = Weighted([("shift", 4), ("sleepless", 2)])  # of those who do not care what the market's clock says
SHIFT = (6, 14)  # hours of work in a day
RESTS = 0.5  # of those who work by shifts or at any hour: fewer come at weekends
BURSTS = 0.35  # operators whose accounts come in bursts
BURST, BURST_HOURS = (4, 40), (0.3, 5)  # accounts of one, and how long it lasts


@dataclass(frozen=True, slots=True)
class Pace:
    """Over which days, by which clock, and whether in bursts."""

    days: float
    shift: tuple[int, int] | None = None  # first hour of UTC, hours
    markets: Markets | None = None  # whose people's days it follows
    rests: bool = False
    burst: int = 0  # accounts of one; none: they come evenly
    burst_hours: float = 1

    def moments(self, world: World, number: int) -> list[float]:
        """So many moments, in days from the start of the history."""
        begins = world.dice.uniform(0, max(0.01, world.days - self.days))
        if not self.burst:
            return [self._moment(world, begins) for _ in range(number)]
        starts = [self._moment(world, begins) for _ in range(ceil(number / self.burst))]
        return [world.after(world.dice.choice(starts), self.burst_hours / 24) for _ in range(number)]

    def _moment(self, world: World, begins: float) -> float:
        dice = world.dice
        if self.days < 1:
            return world.clip(begins + dice.random() * self.days)
        span = max(1, int(self.days))
        rests = self.rests or self.markets is not None
        day = world.day(int(begins), span) if rests else int(begins) + dice.randrange(span)
        return world.clip(day + self._hour(world) % 24 / 24)

    def _hour(self, world: World) -> float:
        dice = world.dice
        if self.markets:
            country = dice.early(self.markets.countries)
            return dice.one(LOCAL) - country.ahead + dice.random()
        first, hours = self.shift or (0, 24)
        return first + dice.random() * hours


def pace(world: World, days: tuple[float, float], markets: Markets | None = None) -> Pace:
    """Some pace between so many and so many days; by the clock of its markets, where it cares for that."""
    dice = world.dice
    by = dice.one(HOURS if markets else AT_ITS_OWN)
    return Pace(
        days=min(dice.uniform(*days), world.days),
        shift=(dice.randrange(24), dice.randint(*SHIFT)) if by == "shift" else None,
        markets=markets if by == "market" else None,
        rests=dice.chance(RESTS),
        burst=dice.randint(*BURST) if dice.chance(BURSTS) else 0,
        burst_hours=dice.uniform(*BURST_HOURS),
    )
