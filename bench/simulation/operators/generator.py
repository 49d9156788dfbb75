"""Fingerprints put together attribute by attribute, on residential proxies: each value is common, the whole is not."""

from dataclasses import dataclass
from datetime import datetime

from bench.simulation.devices import Browser
from bench.simulation.dice import Weighted
from bench.simulation.models import COMPUTERS, Model, System
from bench.simulation.operators.mail import mailboxes
from bench.simulation.operators.pace import pace
from bench.simulation.operators.slips import Slips, slips
from bench.simulation.operators.stock import Proxies, Supplies, proxies, rented, virtual_cards
from bench.simulation.people import Person, own_browser, person, signup
from bench.simulation.places import BY_CODE, Country
from bench.simulation.world import Party, Sent, World

MARKETS = ("US", "US", "US", "GB", "DE", "BR", "IN", "FR")
# Within one system the parts go together oftener than over all of them.
SYSTEMS = (frozenset({System.WINDOWS}), frozenset({System.MAC}), frozenset(System))
PARTS = ("hardware_concurrency", "device_memory", "screen", "fonts", "touch_points", "audio", "webgl_renderer")
SWAPPED = (0.15, 0.9)  # share of the parts that come from another device
OWN_PICTURE = (0.0, 1.0)  # share of accounts whose canvas is random; the rest show a real one
SOURCES, BINS, DAYS = (1, 5), (1, 5), (2, 28)
GIVES_NUMBER, GIVES_CARD = (0, 0.7), (0, 0.5)
MAILS = Weighted([("bought", 4), ("catch_all", 3), ("like_people", 3), ("noise", 1)])


@dataclass(frozen=True, slots=True)
class Generator:
    """What one of them has."""

    country: Country
    models: Weighted[Model]
    swapped: float
    own_picture: float
    supplies: Supplies
    lines: Proxies
    slips: Slips

    def member(self, world: World, at: datetime) -> Sent:
        """One account."""
        who = person(world, self.country)
        seen = self.slips.over(world, self.fingerprint(world, who, at))
        return signup(world, who, at, ip=self.lines(who), browser=seen, **self.supplies.draw(world, who))

    def fingerprint(self, world: World, who: Person, at: datetime) -> Browser:
        """A browser of which some parts are another's."""
        dice = world.dice
        seen = own_browser(world, who, at, self.models)
        other = {}
        for part in PARTS:
            if dice.chance(self.swapped):
                donor = own_browser(world, who, at, self.models).report
                other[part] = donor[part]
                if part == "webgl_renderer":
                    other["webgl_vendor"] = donor["webgl_vendor"]
        if dice.chance(self.own_picture):
            other["canvas"] = dice.hexes(16)
        return seen.but(**other)


def generator(world: World, room: int, name: str) -> Party:
    """One of them."""
    dice = world.dice
    country = BY_CODE[dice.choice(MARKETS)]
    systems = dice.choice(SYSTEMS)
    models = Weighted([(model, model.share) for model in COMPUTERS.things if model.system in systems])
    mail = mailboxes(world, dice.randint(*SOURCES), MAILS)
    cards = virtual_cards(dice, dice.randint(*BINS), dice.choice(("US", country.code)))
    gives = dice.uniform(*GIVES_NUMBER), dice.uniform(*GIVES_CARD)
    supplies = Supplies(mail, rented(dice, country), cards, *gives)
    lines, slipping = proxies(world, room), slips(world)
    made = Generator(country, models, dice.uniform(*SWAPPED), dice.uniform(*OWN_PICTURE), supplies, lines, slipping)
    return Party("operator", pace(world, *DAYS).moments(world, room), lambda at: made.member(world, at), name)
