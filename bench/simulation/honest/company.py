"""Colleagues in the days of a roll-out: laptops made from one image, one office, one domain, perhaps one card."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.simulation.addresses import four, network_of
from bench.simulation.cards import Issue, issue
from bench.simulation.devices import Browser
from bench.simulation.dice import Weighted, digest
from bench.simulation.honest.crowd import size
from bench.simulation.models import BY_NAME, COMPUTERS
from bench.simulation.networks import Use
from bench.simulation.people import ANYWHERE, Person, home_address, own_browser, person, signup
from bench.simulation.places import Country
from bench.simulation.world import WORKING, Party, Sent, World

LEAST, MOST = 5, 90
SPANS_DAYS = (0.4, 5, 30)
LAPTOPS = Weighted([(BY_NAME["Windows laptop"], 6), (BY_NAME["Mac"], 3), (BY_NAME["Windows laptop with touch"], 2)])
SCREENS = ("1920x1080x24", "2560x1440x24", "1920x1200x24", "3440x1440x24")  # on the desk
IN_OFFICE, IMAGED, AT_A_DESK = 0.8, 0.8, 0.5
UPDATED, UPDATES = 0.35, 3  # laptops whose driver is of another release than the image, and how many releases
ONE_CARD, PAYS, GIVES_PHONE = 0.3, 0.3, 0.3  # one card: a firm that pays with a single one


@dataclass(frozen=True, slots=True)
class Company:
    """What its people have in common."""

    country: Country
    door: str
    domain: str
    images: list[Browser]
    issuer: Issue
    card: dict[str, Any] | None

    def laptop(self, world: World, who: Person, at: datetime) -> Browser:
        """One of the firm's models, with the screen of its desk or its own; some people bring their own."""
        dice = world.dice
        if not dice.chance(IMAGED):
            return own_browser(world, who, at, COMPUTERS)
        seen = dice.choice(self.images)
        if dice.chance(UPDATED):
            seen = seen.but(canvas=digest(seen.report["canvas"], dice.randrange(UPDATES)))
        return seen.but(screen=dice.choice(SCREENS)) if dice.chance(AT_A_DESK) else seen

    def payment(self, world: World) -> dict[str, Any] | None:
        """The firm's card, or one of its people's from the firm's bank."""
        if not world.dice.chance(PAYS):
            return None
        return self.card or self.issuer.card(world.dice)


def company(world: World, room: int) -> Party:
    """One firm's people."""
    firm = founded(world)
    begins, span = world.when(firm.country, WORKING), world.dice.choice(SPANS_DAYS)

    def member(at: datetime) -> Sent:
        return colleague(world, firm, at)

    return Party("company", [world.after(begins, span) for _ in range(size(world, room, LEAST, MOST))], member)


def founded(world: World) -> Company:
    """A firm."""
    dice = world.dice
    country = dice.one(ANYWHERE)
    boss = person(world, country)
    images = [own_browser(world, boss, world.at(0), LAPTOPS) for _ in range(dice.randrange(1, 4))]
    issuer = issue(dice, country.code, "credit")
    door = four(dice, network_of(dice, country.code, Use.OFFICE))
    domain = world.mailboxes.domain(boss.family, country.code)
    return Company(country, door, domain, images, issuer, issuer.card(dice) if dice.chance(ONE_CARD) else None)


def colleague(world: World, firm: Company, at: datetime) -> Sent:
    """One of them."""
    who = person(world, firm.country)
    email = world.mailboxes.unique(f"{who.given}.{who.family}".lower(), firm.domain)
    ip = firm.door if world.dice.chance(IN_OFFICE) else home_address(world, who)
    known: dict[str, Any] = {} if world.dice.chance(GIVES_PHONE) else {"phone": None}
    seen = firm.laptop(world, who, at)
    return signup(world, who, at, ip=ip, email=email, browser=seen, payment=firm.payment(world), **known)
