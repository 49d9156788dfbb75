"""Strangers who leave by one address of a mobile carrier."""

from datetime import datetime

from bench.simulation.addresses import four, network_of
from bench.simulation.dice import Weighted
from bench.simulation.honest.crowd import size
from bench.simulation.models import PHONES
from bench.simulation.networks import Use
from bench.simulation.people import own_browser, person, signup
from bench.simulation.places import BY_CODE
from bench.simulation.world import Party, Sent, World

SHARED = (("IN", 5), ("ID", 3), ("NG", 3), ("US", 3), ("BR", 3), ("PL", 1), ("FR", 1), ("ES", 1))
WHERE = Weighted([(BY_CODE[code], share) for code, share in SHARED])
LEAST, MOST = 15, 150


def carrier_nat(world: World, room: int) -> Party:
    """Customers of one gateway, over the whole time."""
    country = world.dice.one(WHERE)
    gateway = four(world.dice, network_of(world.dice, country.code, Use.MOBILE))

    def member(at: datetime) -> Sent:
        who = person(world, country)
        return signup(world, who, at, ip=gateway, browser=own_browser(world, who, at, PHONES))

    return Party("carrier_nat", [world.when(country) for _ in range(size(world, room, LEAST, MOST))], member)
