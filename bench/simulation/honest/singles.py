"""Honest people who come by themselves, each kind a group."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bench.simulation.addresses import four, network_of
from bench.simulation.dice import Weighted
from bench.simulation.honest.privacy_browser import privacy_browser
from bench.simulation.models import BY_NAME
from bench.simulation.networks import Use
from bench.simulation.people import home_address, own_browser, person, signup
from bench.simulation.places import BY_CODE, COUNTRIES
from bench.simulation.world import Sent, World

Single = Callable[[World, datetime], Sent]
# The best sold of each make: one chip and two sizes.
BEST_SOLD = {
    name: replace(BY_NAME[name], screens=BY_NAME[name].screens[:2], graphics=BY_NAME[name].graphics[:1])
    for name in ("iPhone", "Galaxy A", "Redmi")
}
STOCK = Weighted([(BEST_SOLD["iPhone"], 6), (BEST_SOLD["Galaxy A"], 2), (BEST_SOLD["Redmi"], 2)])
OLD = Weighted([(BY_NAME["Windows laptop"], 5), (BY_NAME["older Mac"], 2), (BY_NAME["iPad"], 3)])
AGEING = ("US", "DE", "GB", "FR", "JP", "ES")
CLOCK_OF_THERE, ROAMS = 0.7, 0.2  # of travellers: phones follow the clock, roaming ones leave by their carrier at home


def ordinary(world: World, at: datetime) -> Sent:
    """Somebody at home or on the way."""
    return signup(world, person(world, at=at), at)


def vpn_user(world: World, at: datetime) -> Sent:
    """Somebody behind a commercial VPN, with the clock and language of home."""
    return signup(world, person(world, at=at), at, ip=four(world.dice, network_of(world.dice, "", Use.VPN)))


def stock_phone(world: World, at: datetime) -> Sent:
    """The commonest phones as they come from the shop, in the country's first language: thousands are alike."""
    somebody = person(world, at=at)
    country = somebody.country
    who = replace(somebody, tongue=country.tongues.things[0], zone=country.zones.things[0])
    return signup(world, who, at, browser=own_browser(world, who, at, STOCK))


def traveller(world: World, at: datetime) -> Sent:
    """Somebody abroad: network of there, clock of there or still of home."""
    who, dice = person(world, at=at), world.dice
    there = dice.choice([country for country in COUNTRIES if country is not who.country])
    seen = own_browser(world, who, at)
    if dice.chance(CLOCK_OF_THERE):
        seen = seen.but(timezone=dice.one(there.zones))
    ip = home_address(world, who, touch=True) if dice.chance(ROAMS) else home_address(world, person(world, there))
    return signup(world, who, at, ip=ip, browser=seen)


def no_card_no_phone(world: World, at: datetime) -> Sent:
    """Somebody who gives neither, or has neither."""
    return signup(world, person(world, at=at), at, phone=None, payment=None)


def elderly(world: World, at: datetime) -> Sent:
    """Somebody slow, often with an older computer."""
    who = person(world, BY_CODE[world.dice.choice(AGEING)])
    return signup(world, who, at, browser=own_browser(world, who, at, OLD), habit="slow")


def autofill(world: World, at: datetime) -> Sent:
    """Somebody whose browser or password manager does it all."""
    return signup(world, person(world, at=at), at, habit=world.dice.choice(("autofill", "autofill", "manager")))


def script_free(world: World, at: datetime) -> Sent:
    """Somebody whose browser runs no scripts."""
    return signup(world, person(world, at=at), at, device=None, form=None)


SINGLES: dict[str, Single] = {
    "vpn_user": vpn_user,
    "privacy_browser": privacy_browser,
    "stock_phone": stock_phone,
    "traveller": traveller,
    "no_card_no_phone": no_card_no_phone,
    "elderly": elderly,
    "autofill": autofill,
    "script_free": script_free,
}
