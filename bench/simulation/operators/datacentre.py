"""Rotating addresses of hosting companies, and a headless browser that is more or less dressed as an ordinary one."""

from dataclasses import dataclass
from datetime import datetime

from bench.simulation.addresses import address, network_of
from bench.simulation.dice import Weighted
from bench.simulation.models import BY_NAME
from bench.simulation.networks import Use
from bench.simulation.operators.headless import headless, machine_form
from bench.simulation.operators.mail import mailboxes
from bench.simulation.operators.pace import pace
from bench.simulation.operators.stock import Supplies, rented, virtual_cards
from bench.simulation.people import own_browser, person, signup
from bench.simulation.places import BY_CODE, Country
from bench.simulation.world import Party, Sent, World

MARKETS = ("US", "US", "US", "GB", "DE", "BR", "IN", "FR")
MODELS = Weighted([(BY_NAME["Windows desktop"], 3), (BY_NAME["Windows laptop"], 3), (BY_NAME["Mac"], 1)])
MAILS = Weighted([("catch_all", 4), ("bought", 4), ("noise", 2), ("like_people", 2), ("tagged", 1)])
NETWORKS, AN_ADDRESS, SOURCES, BINS = (1, 4), (2, 15), (1, 3), (1, 3)  # AN_ADDRESS: accounts to one
CAREFUL, TYPES, DAYS = (0.2, 0.95), (0.3, 1.0), (1, 20)
GIVES_NUMBER, GIVES_CARD = (0, 0.6), (0, 0.4)


@dataclass(frozen=True, slots=True)
class Servers:
    """What one of them has."""

    country: Country
    addresses: list[str]
    supplies: Supplies
    careful: float  # share of accounts whose browser is dressed
    types: float  # share of those whose form looks typed

    def member(self, world: World, at: datetime) -> Sent:
        """One account."""
        dice = world.dice
        who = person(world, self.country)
        dressed = dice.chance(self.careful)
        seen = own_browser(world, who, at, MODELS) if dressed else headless(world, at)
        known = self.supplies.draw(world, who)
        if not (dressed and dice.chance(self.types)):
            known["form"] = machine_form(world, who)
        return signup(world, who, at, ip=dice.choice(self.addresses), browser=seen, **known)


def datacentre(world: World, room: int, name: str) -> Party:
    """One of them."""
    dice = world.dice
    country = BY_CODE[dice.choice(MARKETS)]
    networks = [network_of(dice, "", Use.HOSTING) for _ in range(dice.randint(*NETWORKS))]
    addresses = [address(dice, dice.choice(networks)) for _ in range(max(3, room // dice.randint(*AN_ADDRESS)))]
    mail = mailboxes(world, dice.randint(*SOURCES), MAILS)
    cards = virtual_cards(dice, dice.randint(*BINS), "US")
    gives = dice.uniform(*GIVES_NUMBER), dice.uniform(*GIVES_CARD)
    supplies = Supplies(mail, rented(dice), cards, *gives)
    servers = Servers(country, addresses, supplies, dice.uniform(*CAREFUL), dice.uniform(*TYPES))
    return Party("operator", pace(world, DAYS).moments(world, room), lambda at: servers.member(world, at), name)
