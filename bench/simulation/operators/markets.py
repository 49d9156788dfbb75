"""The countries in which an operator opens accounts."""

from dataclasses import dataclass
from datetime import datetime

from bench.simulation.dice import Weighted
from bench.simulation.people import ANYWHERE
from bench.simulation.places import WAKEFUL, Country
from bench.simulation.world import World

NUMBER = Weighted([(1, 6), (2, 2.5), (3, 1.5)])  # of countries: most operators serve one
NEXT = 0.5  # a further country's share of accounts, to that of the one before it


@dataclass(frozen=True, slots=True)
class Markets:
    """Where its accounts pretend to be, the first oftenest."""

    countries: tuple[Country, ...]

    def one(self, world: World, at: datetime) -> Country:
        """The country of an account that is opened then: rather one in which people are awake."""
        weights = [NEXT**rank * awake(country, at.hour) for rank, country in enumerate(self.countries)]
        return world.dice.choices(self.countries, weights)[0]


def awake(country: Country, hour: int) -> int:
    """How many are awake there in an hour of UTC."""
    return WAKEFUL[(hour + country.ahead) % len(WAKEFUL)]


def markets(world: World, of: Weighted[Country] = ANYWHERE) -> Markets:
    """One country or a few, larger ones oftener."""
    number = world.dice.one(NUMBER)
    drawn = (world.dice.one(of) for _ in range(number))
    return Markets(tuple(dict.fromkeys(drawn)))
