"""Real handsets of a few models on a few networks, with SIM cards by the box; people or robots tap."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bench.simulation.addresses import four, neighbour, network_of
from bench.simulation.devices import Browser
from bench.simulation.dice import Weighted
from bench.simulation.models import ANDROIDS, Model
from bench.simulation.networks import Use
from bench.simulation.operators.mail import mailboxes
from bench.simulation.operators.pace import pace
from bench.simulation.operators.stock import Supplies, sim_blocks, virtual_cards
from bench.simulation.people import Person, own_browser, person, signup
from bench.simulation.places import BY_CODE
from bench.simulation.world import Party, Sent, World

PLACES = ("ID", "IN", "BR", "PL", "NG", "MX", "US", "GB")
LINES = (Use.MOBILE, Use.MOBILE, Use.HOME)
DOORS, MODELS, SOURCES, ROWS, BINS = (1, 4), (1, 3), (1, 3), (1, 4), (1, 3)
A_HANDSET = (2, 12)  # accounts to one
WIPED = (0.0, 0.9)  # share of accounts before which the handset is reset: another visitor, the same model
ROTATES, DAYS = 0.5, (3, 28)  # ROTATES: gets a new address of the carrier for each account
GIVES_NUMBER, GIVES_CARD = (0.7, 1), (0, 0.3)
MAILS = Weighted([("bought", 5), ("like_people", 4), ("catch_all", 1)])
TAPS = ("typed", "typed", "autofill", "pasted")


@dataclass(slots=True)
class Farm:
    """What one of them has."""

    head: Person
    models: Weighted[Model]
    doors: list[str]
    rotates: bool
    handsets: int
    wiped: float
    supplies: Supplies
    phones: list[Browser] = field(default_factory=list)

    def member(self, world: World, at: datetime) -> Sent:
        """One account."""
        dice = world.dice
        somebody = person(world, self.head.country)
        who = replace(somebody, tongue=self.head.tongue)
        door = dice.choice(self.doors)
        known = self.supplies.draw(world, who)
        ip = neighbour(dice, door) if self.rotates else door
        return signup(world, who, at, ip=ip, browser=self.phone(world, who, at), habit=dice.choice(TAPS), **known)

    def phone(self, world: World, who: Person, at: datetime) -> Browser:
        """The next handset, or one that has been used."""
        if len(self.phones) < self.handsets or world.dice.chance(self.wiped):
            self.phones.append(own_browser(world, who, at, self.models))
            return self.phones[-1]
        return world.dice.choice(self.phones)


def phone_farm(world: World, room: int, name: str) -> Party:
    """One of them."""
    dice = world.dice
    country = BY_CODE[dice.choice(PLACES)]
    doors = [four(dice, network_of(dice, country.code, dice.choice(LINES))) for _ in range(dice.randint(*DOORS))]
    models = Weighted([(dice.choice(ANDROIDS.things), 1) for _ in range(dice.randint(*MODELS))])
    handsets = max(2, room // dice.randint(*A_HANDSET))
    supplies = _supplies(world)
    farm = Farm(person(world, country), models, doors, dice.chance(ROTATES), handsets, dice.uniform(*WIPED), supplies)
    return Party("operator", pace(world, DAYS).moments(world, room), lambda at: farm.member(world, at), name)


def _supplies(world: World) -> Supplies:
    dice = world.dice
    mail = mailboxes(world, dice.randint(*SOURCES), MAILS)
    numbers = sim_blocks(dice, dice.randint(*ROWS))
    cards = virtual_cards(dice, dice.randint(*BINS))
    return Supplies(mail, numbers, cards, dice.uniform(*GIVES_NUMBER), dice.uniform(*GIVES_CARD))
