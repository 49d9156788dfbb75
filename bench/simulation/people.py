"""One honest person and what they send. Everything that is known is taken as it is; the rest is drawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.simulation.cards import card
from bench.simulation.devices import Browser, browser
from bench.simulation.dice import Weighted
from bench.simulation.forms import form
from bench.simulation.models import ALL, PHONE_FIRST, Model
from bench.simulation.names import name, written
from bench.simulation.networks import Use, address, network_of
from bench.simulation.phones import phone
from bench.simulation.places import BY_CODE, COMING, COUNTRIES, Country, Tongue
from bench.simulation.world import Sent, World

GIVES_PHONE, GIVES_CARD = 0.62, 0.42
SCRIPT_BLOCKED = 0.012  # the page's script does not run: no device, no form
CLOCK_ELSEWHERE = 0.012  # a laptop set to a zone that its owner is not in
PHONE_FIRST_IN = frozenset({"IN", "ID", "NG"})
ON_WIFI = 0.62  # of people on a phone


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody."""

    country: Country
    given: str
    family: str
    tongue: Tongue
    zone: str


def person(world: World, country: Country | None = None, *, at: datetime | None = None) -> Person:
    """Somebody who comes then, or from there."""
    dice = world.dice
    country = country or dice.one(COMING[at.hour] if at else ANYWHERE)
    given, family = name(dice, country.names)
    return Person(country, given, family, dice.one(country.tongues), dice.one(country.zones))


ANYWHERE = Weighted([(country, country.share) for country in COUNTRIES])


def own_browser(world: World, who: Person, at: datetime, models: Weighted[Model] | None = None) -> Browser:
    """A browser as somebody from there has it."""
    of = models or (PHONE_FIRST if who.country.code in PHONE_FIRST_IN else ALL)
    zone = who.zone
    if world.dice.chance(CLOCK_ELSEWHERE):
        zone = world.dice.one(world.dice.choice(COUNTRIES).zones)
    return browser(world.dice, world.dice.one(of), at, tongue=who.tongue, zone=zone)


def home_address(world: World, who: Person, *, touch: bool = False) -> str:
    """The address that somebody comes from: the line at home or, on a phone, often the carrier's."""
    use = Use.MOBILE if touch and not world.dice.chance(ON_WIFI) else Use.HOME
    return address(world.dice, network_of(world.dice, who.country.code, use))


def signup(world: World, who: Person, at: datetime, **known: Any) -> Sent:
    """What somebody sends.

    Args:
        world: the history.
        who: the person.
        at: when.
        known: values of the line that are settled; also `browser`, and `habit` of filling in.

    """
    dice = world.dice
    seen: Browser = known.pop("browser", None) or own_browser(world, who, at)
    habit: str | None = known.pop("habit", None)
    touch = bool(seen.report["touch_points"]) and seen.report["platform"] not in {"Win32", "MacIntel"}
    ip = known.pop("ip", None) or home_address(world, who, touch=touch)
    line: Sent = {"ip": ip, "user_agent": seen.user_agent, "accept_language": seen.accept_language}
    line["email"] = known.pop("email", None) or world.mailboxes.personal(who.given, who.family, who.country.code)
    line["name"] = written(dice, who.given, who.family)
    line["phone"] = known.pop("phone") if "phone" in known else phone_given(world, who)
    payment = known.pop("payment") if "payment" in known else card_given(world, who)
    blocked = dice.chance(SCRIPT_BLOCKED)
    line["device"] = None if blocked else seen.report
    line["payment"] = payment
    text = len(line["email"]) + len(line["name"] or "") + len(line["phone"] or "") + (25 if payment else 0)
    line["form"] = None if blocked else form(dice, text, touch=touch, habit=habit)
    return {**line, **known}


def phone_given(world: World, who: Person) -> str | None:
    """Their number, where they give one; a few people live abroad with a number from home."""
    if not world.dice.chance(GIVES_PHONE):
        return None
    country = world.dice.choice(COUNTRIES) if world.dice.chance(0.015) else who.country
    return phone(world.dice, BY_CODE[country.code])


def card_given(world: World, who: Person) -> dict[str, Any] | None:
    """Their card, where they give one."""
    return card(world.dice, who.country.code) if world.dice.chance(GIVES_CARD) else None
