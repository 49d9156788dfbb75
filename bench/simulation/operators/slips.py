"""What operators forget: now and then an account shows the operator's own clock or language."""

from dataclasses import dataclass

from bench.simulation.devices import Browser
from bench.simulation.people import Person, person
from bench.simulation.world import World

CLOCK, LANGUAGE = (0.0, 0.06), (0.0, 0.04)  # shares of an operator's accounts


@dataclass(frozen=True, slots=True)
class Slips:
    """Where an operator is at home, and how often that shows."""

    home: Person
    clock: float
    language: float

    def over(self, world: World, seen: Browser) -> Browser:
        """A browser as the operator left it."""
        if world.dice.chance(self.clock):
            seen = seen.but(timezone=self.home.zone)
        return seen.but(languages=list(self.home.tongue)) if world.dice.chance(self.language) else seen


def slips(world: World) -> Slips:
    """An operator from anywhere, as careful as the dice say."""
    return Slips(person(world), world.dice.uniform(*CLOCK), world.dice.uniform(*LANGUAGE))
