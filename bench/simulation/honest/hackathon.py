"""One afternoon in one hall: everybody from one address."""

from datetime import datetime

from bench.simulation.addresses import four, network_of
from bench.simulation.honest.crowd import size
from bench.simulation.models import COMPUTERS
from bench.simulation.networks import Use
from bench.simulation.people import ANYWHERE, own_browser, person, signup
from bench.simulation.world import WORKING, Party, Sent, World

LEAST, MOST, SPAN_DAYS = 25, 120, 0.2
LOCAL = 0.8  # the rest has come from abroad


def hackathon(world: World, room: int) -> Party:
    """One event; computers show the clock of the place."""
    country = world.dice.one(ANYWHERE)
    hall = four(world.dice, network_of(world.dice, country.code, Use.OFFICE))
    begins = world.when(country, WORKING)

    def member(at: datetime) -> Sent:
        who = person(world, country if world.dice.chance(LOCAL) else None)
        seen = own_browser(world, who, at, COMPUTERS).but(timezone=world.dice.one(country.zones))
        return signup(world, who, at, ip=hall, browser=seen)

    return Party("hackathon", [world.after(begins, SPAN_DAYS) for _ in range(size(world, room, LEAST, MOST))], member)
