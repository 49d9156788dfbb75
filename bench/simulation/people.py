"""One person and what they send. Everything that is known is taken as it is; the rest is drawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.simulation.addresses import address, network_of
from bench.simulation.cards import card
from bench.simulation.devices import Browser, Setting, browser
from bench.simulation.dice import Weighted
from bench.simulation.forms import form
from bench.simulation.models import ALL, PHONE_FIRST, Model
from bench.simulation.names import name, written
from bench.simulation.networks import Use
from bench.simulation.phones import phone
from bench.simulation.places import COMING, COUNTRIES, Country, Tongue
from bench.simulation.world import Sent, World

GIVES_PHONE, GIVES_CARD = 0.62, 0.42
NUMBER_FROM_ELSEWHERE = 0.015  # of those who give one: people who have moved
SCRIPT_BLOCKED = 0.012  # the page's script does not run: no device, no form
CLOCK_ELSEWHERE = 0.02  # a laptop set to a zone that its owner is not in
PHONE_FIRST_IN = frozenset({"IN", "ID", "NG"})
ON_WIFI = 0.62  # of people on a phone
ON_MOBILE = 0.05  # of people at a computer: by a phone or a router with a SIM card
CARD_TEXT = 25  # characters that a card takes to type
FIELDS = ("ip", "user_agent", "accept_language", "email", "name", "phone", "device", "payment", "form")
ANYWHERE = Weighted([(country, country.share) for country in COUNTRIES])


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody."""

    country: Country
    given: str
    family: str
    tongue: Tongue
    zone: str


def person(world: World, country: Country | None = None, *, at: datetime | None = None) -> Person:
    """Somebody from there; or, where no country is given, who is awake then."""
    dice = world.dice
    country = country or dice.one(COMING[at.hour] if at else ANYWHERE)
    given, family = name(dice, country.names)
    return Person(country, given, family, dice.one(country.tongues), dice.one(country.zones))


def own_browser(world: World, who: Person, at: datetime, models: Weighted[Model] | None = None) -> Browser:
    """A browser as somebody from there has it."""
    return browser(world.dice, world.dice.one(models or models_of(who.country)), setting(world, who, at))


def models_of(country: Country) -> Weighted[Model]:
    """What people from there have."""
    return PHONE_FIRST if country.code in PHONE_FIRST_IN else ALL


def setting(world: World, who: Person, at: datetime) -> Setting:
    """How somebody has set a browser; some clocks are of elsewhere."""
    elsewhere = world.dice.chance(CLOCK_ELSEWHERE)
    zone = world.dice.one(world.dice.choice(COUNTRIES).zones) if elsewhere else who.zone
    return Setting(at, who.tongue, zone)


def home_address(world: World, who: Person, *, touch: bool = False) -> str:
    """The address that somebody comes from: the line at home or, on a phone, often the carrier's."""
    return address(world.dice, network_of(world.dice, who.country.code, line_of(world, touch=touch)))


def line_of(world: World, *, touch: bool) -> Use:
    """The kind of line that somebody comes by, on a phone or at a computer."""
    mobile = 1 - ON_WIFI if touch else ON_MOBILE
    return Use.MOBILE if world.dice.chance(mobile) else Use.HOME


def signup(world: World, who: Person, at: datetime, **known: Any) -> Sent:
    """What somebody sends.

    Args:
        world: the history.
        who: the person.
        at: when.
        known: values of the line that are settled, where None of `ip` and `email` means that they are not; also
            `browser`, and the `habit` of filling in.

    """
    dice = world.dice
    seen: Browser = known.pop("browser", None) or own_browser(world, who, at)
    habit: str | None = known.pop("habit", None)
    touch = handheld(seen)
    line: Sent = {
        "ip": known.pop("ip", None) or home_address(world, who, touch=touch),
        "user_agent": seen.user_agent,
        "accept_language": seen.accept_language,
        "email": known.pop("email", None) or world.mailboxes.personal(who.given, who.family, who.country.code),
        "name": written(who.given, who.family, dice.random()),
        "phone": known.pop("phone") if "phone" in known else phone_given(world, who),
        "device": seen.report,
        "payment": known.pop("payment") if "payment" in known else card_given(world, who),
    }
    line["form"] = form(dice, characters(line), touch=touch, habit=habit)
    if dice.chance(SCRIPT_BLOCKED):
        line |= {"device": None, "form": None}
    return {**line, **known}


def handheld(seen: Browser) -> bool:
    """Whether it is a phone."""
    return seen.report["platform"] not in {"Win32", "MacIntel", "Linux x86_64"}


def characters(line: Sent) -> int:
    """How many characters a form takes that is filled in so."""
    text = sum(len(line[name] or "") for name in ("email", "name", "phone"))
    return text + (CARD_TEXT if line["payment"] else 0)


def phone_given(world: World, who: Person) -> str | None:
    """Their number, where they give one; a few people live abroad with a number from home."""
    if not world.dice.chance(GIVES_PHONE):
        return None
    moved = world.dice.chance(NUMBER_FROM_ELSEWHERE)
    return phone(world.dice, world.dice.choice(COUNTRIES) if moved else who.country)


def card_given(world: World, who: Person) -> dict[str, Any] | None:
    """Their card, where they give one."""
    return card(world.dice, who.country.code) if world.dice.chance(GIVES_CARD) else None
