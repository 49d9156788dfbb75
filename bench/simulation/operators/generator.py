"""Fingerprints put together attribute by attribute, on residential proxies.

Generators of fingerprints draw each part by how often it is seen with the system and the browser (as Apify's
fingerprint-suite does, by a network of such tables): each value fits them, and the whole is of no device.
"""

from dataclasses import dataclass
from datetime import datetime

from bench.simulation.devices import Browser, browser
from bench.simulation.dice import Weighted
from bench.simulation.models import Model
from bench.simulation.operators.mail import mailboxes
from bench.simulation.operators.markets import Markets, markets
from bench.simulation.operators.pace import pace
from bench.simulation.operators.profiles import Offer, offer, shown_by
from bench.simulation.operators.proxies import Proxies, proxies
from bench.simulation.operators.robots import Robot, robot
from bench.simulation.operators.slips import Slips, slips
from bench.simulation.operators.stock import Supplies, rented, virtual_cards
from bench.simulation.people import Person, handheld, person, setting, signup
from bench.simulation.world import Party, Sent, World

PARTS = ("hardware_concurrency", "device_memory", "screen", "fonts", "touch_points", "audio", "webgl_renderer")
DRAWN = (0.4, 1.0)  # share of the parts that are drawn each for itself
OWN_PICTURE = (0.0, 1.0)  # share of accounts whose canvas is random; the rest show a real one
SOURCES, BINS, DAYS = (1, 5), (1, 5), (2, 35)
MECHANISED = 0.8  # operators whose forms a program fills in
PASTES = (0.0, 0.3)  # share of accounts
GIVES_NUMBER, GIVES_CARD = (0.3, 0.8), (0.15, 0.6)
MAILS = Weighted([("bought", 5), ("catch_all", 2), ("like_people", 4)])


@dataclass(frozen=True, slots=True)
class Generator:
    """What one of them has."""

    markets: Markets
    offer: Offer
    drawn: float
    own_picture: float
    pastes: float
    supplies: Supplies
    lines: Proxies
    slips: Slips
    robot: Robot | None

    def member(self, world: World, at: datetime) -> Sent:
        """One account."""
        who = person(world, self.markets.one(world, at))
        habit = "pasted" if world.dice.chance(self.pastes) else None
        seen = self.slips.over(world, self.fingerprint(world, who, at))
        ip = self.lines.one(who, touch=handheld(seen))
        sent = signup(world, who, at, ip=ip, browser=seen, habit=habit, **self.supplies.draw(world, who))
        return self.robot.over(world, who, sent, touch=handheld(seen)) if self.robot else sent

    def fingerprint(self, world: World, who: Person, at: datetime) -> Browser:
        """A browser of which parts are those of others of its system and kind."""
        dice, of, by = world.dice, shown_by(self.offer, who.country), setting(world, who, at)
        model = dice.one(of)
        kind = dice.one(model.browsers)
        others = alike(of, model, kind)
        other = {}
        for part in PARTS:
            if dice.chance(self.drawn):
                donor = browser(dice, dice.one(others), by, kind).report
                other[part] = donor[part]
                if part == "webgl_renderer":
                    other["webgl_vendor"] = donor["webgl_vendor"]
        if dice.chance(self.own_picture):
            other["canvas"] = dice.hexes(16)
        return browser(dice, model, by, kind).but(**other)


def alike(models: Weighted[Model], model: Model, kind: str) -> Weighted[Model]:
    """The models of a system that have a kind of browser."""
    rows = models.rows()
    return Weighted([(one, share) for one, share in rows if one.system is model.system and kind in one.browsers.things])


def generator(world: World, room: int, name: str) -> Party:
    """One of them."""
    dice = world.dice
    served = markets(world)
    mail = mailboxes(world, dice.randint(*SOURCES), MAILS)
    gives = dice.uniform(*GIVES_NUMBER), dice.uniform(*GIVES_CARD)
    supplies = Supplies(mail, rented(dice), virtual_cards(dice, dice.randint(*BINS)), *gives)
    drawn, own_picture, pastes = (dice.uniform(*of) for of in (DRAWN, OWN_PICTURE, PASTES))
    lines, slipping = proxies(world, room), slips(world)
    fills = robot(dice) if dice.chance(MECHANISED) else None
    made = Generator(served, offer(dice), drawn, own_picture, pastes, supplies, lines, slipping, fills)
    return Party("operator", pace(world, DAYS, served).moments(world, room), lambda at: made.member(world, at), name)
