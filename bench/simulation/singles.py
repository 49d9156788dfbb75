"""Honest people who come by themselves, each kind a group."""

from collections.abc import Callable
from datetime import datetime

from bench.simulation.dice import Weighted
from bench.simulation.models import BY_NAME, COMPUTERS
from bench.simulation.networks import Use, address, network_of
from bench.simulation.people import home_address, own_browser, person, signup
from bench.simulation.places import BY_CODE, COUNTRIES
from bench.simulation.world import Sent, World

Single = Callable[[World, datetime], Sent]
STOCK = Weighted([(BY_NAME[name], share) for name, share in (("iPhone", 6), ("Galaxy A", 2), ("Redmi", 2))])


def ordinary(world: World, at: datetime) -> Sent:
    """Somebody at home or on the way."""
    return signup(world, person(world, at=at), at)


def vpn_user(world: World, at: datetime) -> Sent:
    """Somebody behind a commercial VPN, mostly with the clock and language of home."""
    address_ = address(world.dice, network_of(world.dice, "", Use.VPN))
    return signup(world, person(world, at=at), at, ip=address_)


def privacy_browser(world: World, at: datetime) -> Sent:
    """Brave, or Firefox that resists fingerprinting: pictures are random, blocked or plain, the clock is UTC."""
    who, dice = person(world, at=at), world.dice
    seen = own_browser(world, who, at, COMPUTERS)
    if "Firefox" in seen.user_agent or dice.chance(0.3):
        seen = seen.but(timezone="UTC", canvas=dice.choice((None, dice.hexes(16))), hardware_concurrency=2, fonts=[])
        return signup(world, who, at, browser=seen)
    # Brave's farbling: canvas and audio anew in each session and site; cores and memory are drawn at most as high.
    cores = dice.randrange(2, (seen.report["hardware_concurrency"] or 4) + 1)
    seen = seen.but(canvas=dice.hexes(16), audio=dice.hexes(8), hardware_concurrency=cores)
    return signup(world, who, at, browser=seen)


def stock_phone(world: World, at: datetime) -> Sent:
    """The commonest phones as they come from the shop: thousands are alike."""
    who = person(world, at=at)
    return signup(world, who, at, browser=own_browser(world, who, at, STOCK))


def traveller(world: World, at: datetime) -> Sent:
    """Somebody abroad: network of there, clock of there or still of home."""
    who, dice = person(world, at=at), world.dice
    there = dice.choice([country for country in COUNTRIES if country is not who.country])
    seen = own_browser(world, who, at)
    if dice.chance(0.7):
        seen = seen.but(timezone=dice.one(there.zones))
    roams = dice.chance(0.2)  # a phone that roams leaves by its carrier at home
    ip = home_address(world, who, touch=True) if roams else home_address(world, person(world, there))
    return signup(world, who, at, ip=ip, browser=seen)


def no_card_no_phone(world: World, at: datetime) -> Sent:
    """Somebody who gives neither, or has neither."""
    return signup(world, person(world, at=at), at, phone=None, payment=None)


def elderly(world: World, at: datetime) -> Sent:
    """Somebody slow, often with an older computer."""
    who = person(world, BY_CODE[world.dice.choice(("US", "DE", "GB", "FR", "JP", "ES"))])
    old = Weighted([(BY_NAME["Windows laptop"], 5), (BY_NAME["older Mac"], 2), (BY_NAME["iPad"], 3)])
    return signup(world, who, at, browser=own_browser(world, who, at, old), habit="slow")


def autofill(world: World, at: datetime) -> Sent:
    """Somebody whose browser or password manager does it all."""
    who = person(world, at=at)
    return signup(world, who, at, habit=world.dice.choice(("autofill", "autofill", "manager")))


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
