"""Operators: one party that opens many accounts. Each has ways of its own, drawn from ranges."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.simulation.devices import Browser
from bench.simulation.dice import Weighted, digest
from bench.simulation.models import ALL, ANDROIDS, BY_NAME, COMPUTERS, Model
from bench.simulation.networks import Use, address, neighbour, network_of
from bench.simulation.people import Person, home_address, own_browser, person, signup
from bench.simulation.places import BY_CODE
from bench.simulation.stock import Cards, Mail, Numbers, mailboxes, rented, sim_blocks, stolen_cards, virtual_cards
from bench.simulation.world import Party, Sent, World

Operator = Callable[[World, int, str], Party]
LIBRARIES = ("python-requests/2.32.3", "python-httpx/0.28.1", "Go-http-client/2.0", "axios/1.7.9", "node-fetch/1.0", "okhttp/4.12.0")
MARKETS = ("US", "US", "US", "GB", "DE", "BR", "IN", "FR")
FARMS = ("ID", "IN", "BR", "PL", "NG", "MX")


@dataclass(frozen=True, slots=True)
class Pace:
    """When an operator's accounts come: over how many days, and in which hours of UTC it works."""

    days: float
    from_hour: int
    hours: int  # 24: programs that never sleep

    def moments(self, world: World, number: int) -> list[float]:
        """So many moments, in days from the start of the history."""
        begins = world.dice.uniform(0, max(0.01, world.days - self.days))
        return [self._moment(world, begins) for _ in range(number)]

    def _moment(self, world: World, begins: float) -> float:
        day = begins + world.dice.random() * self.days
        if self.hours < 24 and self.days >= 1:
            day = int(day) + ((self.from_hour + world.dice.random() * self.hours) % 24) / 24
        return world.clip(day)


def pace(world: World, least: float, most: float) -> Pace:
    """An operator's pace over so many days."""
    days = min(world.dice.uniform(least, most), world.days)
    return Pace(days, world.dice.randrange(24), world.dice.choice((6, 8, 10, 14, 24)))


@dataclass(slots=True)
class Supplies:
    """Where an operator's mailboxes, numbers and cards come from, and how often it gives them."""

    mail: Mail
    numbers: Numbers | None
    cards: Cards | None
    gives_number: float
    gives_card: float

    def draw(self, world: World, who: Person) -> dict[str, Any]:
        """What one account gets of them."""
        dice = world.dice
        number = self.numbers() if self.numbers and dice.chance(self.gives_number) else None
        card = self.cards() if self.cards and dice.chance(self.gives_card) else None
        return {"email": self.mail(who), "phone": number, "payment": card}


def script(world: World, room: int, name: str) -> Party:
    """One server and an HTTP library or a bare headless browser: fast, and hardly hidden."""
    dice = world.dice
    country = BY_CODE[dice.choice(MARKETS)]
    server = address(dice, network_of(dice, "", Use.HOSTING))
    agent = dice.choice(LIBRARIES) if dice.chance(0.5) else None
    kinds = Weighted([("throwaway", 3), ("noise", 3), ("tagged", 2), ("bought", 3), ("catch_all", 2)])
    supplies = Supplies(mailboxes(world, dice.randrange(1, 3), kinds), rented(dice, country), None, dice.choice((0, 0, 0.3)), 0)

    def member(at: datetime) -> Sent:
        who = person(world, country)
        known = supplies.draw(world, who)
        if agent:
            bare = {"user_agent": agent, "accept_language": None, "device": None, "form": None}
            return signup(world, who, at, ip=server, **known, **bare)
        return signup(world, who, at, ip=server, browser=headless(world, who, at), **known, form=machine_form(world))

    return Party("operator", pace(world, 0.05, 3).moments(world, room), member, name)


def headless(world: World, who: Person, at: datetime) -> Browser:
    """A browser on a server, with little done to hide it."""
    seen = own_browser(world, who, at, Weighted([(BY_NAME["Linux"], 1)]))
    software = "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)"
    agent = seen.user_agent.replace("Chrome/", "HeadlessChrome/") if world.dice.chance(0.4) else seen.user_agent
    report = seen.but(
        webgl_vendor="Google Inc. (Google)",
        webgl_renderer=software,
        canvas=digest("swiftshader"),
        timezone="UTC",
        languages=["en-US"],
        screen="800x600x24" if world.dice.chance(0.5) else "1920x1080x24",
        webdriver=world.dice.chance(0.6),
    ).report
    return Browser(agent, "en-US,en;q=0.9", report)


def machine_form(world: World) -> dict[str, Any]:
    """A form that a program fills in: at once, or with waiting that it was told to do."""
    dice = world.dice
    if dice.chance(0.5):
        return {"duration_ms": dice.randrange(300, 2500), "keystrokes": 0, "pastes": 0, "pointer_events": 0}
    return {"duration_ms": dice.randrange(6000, 15000), "keystrokes": dice.randrange(25, 60), "pastes": 0, "pointer_events": dice.randrange(0, 6)}


def datacentre(world: World, room: int, name: str) -> Party:
    """Rotating addresses of hosting companies, a headless browser that is dressed as an ordinary one."""
    dice = world.dice
    country = BY_CODE[dice.choice(MARKETS)]
    networks = [network_of(dice, "", Use.HOSTING) for _ in range(dice.randrange(1, 5))]
    addresses = [address(dice, dice.choice(networks)) for _ in range(max(3, room // dice.randrange(2, 15)))]
    careful, model = dice.uniform(0.2, 0.95), Weighted([(BY_NAME["Windows desktop"], 3), (BY_NAME["Mac"], 1), (BY_NAME["Windows laptop"], 3)])
    kinds = Weighted([("catch_all", 4), ("bought", 4), ("noise", 2), ("like_people", 2), ("tagged", 1)])
    supplies = Supplies(mailboxes(world, dice.randrange(1, 4), kinds), rented(dice, country), virtual_cards(dice, dice.randrange(1, 4), "US"), dice.uniform(0, 0.6), dice.uniform(0, 0.4))

    def member(at: datetime) -> Sent:
        who = person(world, country)
        dressed = dice.chance(careful)
        seen = own_browser(world, who, at, model) if dressed else headless(world, who, at)
        filled = {} if dressed and dice.chance(0.7) else {"form": machine_form(world)}
        return signup(world, who, at, ip=dice.choice(addresses), browser=seen, **supplies.draw(world, who), **filled)

    return Party("operator", pace(world, 1, 20).moments(world, room), member, name)


def phone_farm(world: World, room: int, name: str) -> Party:
    """Real handsets of a few models on one or two networks, with SIM cards by the box; people or robots tap."""
    dice = world.dice
    country = BY_CODE[dice.choice(FARMS)]
    doors = [address(dice, network_of(dice, country.code, dice.choice((Use.MOBILE, Use.MOBILE, Use.HOME)))) for _ in range(dice.randrange(1, 5))]
    models = Weighted([(dice.choice(ANDROIDS.things), 1) for _ in range(dice.randrange(1, 3))])
    tongue = person(world, country).tongue
    kinds = Weighted([("bought", 5), ("like_people", 3), ("catch_all", 1)])
    supplies = Supplies(mailboxes(world, dice.randrange(1, 4), kinds), sim_blocks(dice, country, dice.randrange(1, 5)), virtual_cards(dice, dice.randrange(1, 4), country.code), dice.uniform(0.7, 1), dice.uniform(0, 0.3))
    phones: list[Browser] = []
    handsets, rotates = max(2, room // dice.randrange(2, 12)), dice.chance(0.5)

    def member(at: datetime) -> Sent:
        who = Person(country, *names_of(world, country.code), tongue, dice.one(country.zones))
        if len(phones) < handsets:
            phones.append(own_browser(world, who, at, models))
        door = dice.choice(doors)
        ip = neighbour(dice, door) if rotates else door
        return signup(world, who, at, ip=ip, browser=dice.choice(phones), habit=dice.choice(("typed", "pasted")), **supplies.draw(world, who))

    return Party("operator", pace(world, 3, 28).moments(world, room), member, name)


def names_of(world: World, code: str) -> tuple[str, str]:
    """A given and a family name of a country."""
    who = person(world, BY_CODE[code])
    return who.given, who.family


def generator(world: World, room: int, name: str) -> Party:
    """Fingerprints put together attribute by attribute, on residential proxies: each value is common, the whole is not."""
    dice = world.dice
    country = BY_CODE[dice.choice(MARKETS)]
    system = dice.choice(("windows", "mac", "any"))
    models = Weighted([(model, model.share) for model in COMPUTERS.things if system in {"any", model.system.value}])
    kinds = Weighted([("bought", 4), ("catch_all", 3), ("like_people", 2), ("noise", 1)])
    supplies = Supplies(mailboxes(world, dice.randrange(1, 5), kinds), rented(dice, country), virtual_cards(dice, dice.randrange(1, 5), "US"), dice.uniform(0, 0.7), dice.uniform(0, 0.5))
    parts = ("webgl_vendor", "hardware_concurrency", "device_memory", "screen", "fonts", "touch_points", "audio")

    def member(at: datetime) -> Sent:
        who = person(world, country)
        seen = own_browser(world, who, at, models)
        other = {part: own_browser(world, who, at, models).report[part] for part in parts if dice.chance(0.6)}
        if "webgl_vendor" in other:
            donor = own_browser(world, who, at, models).report
            other |= {"webgl_vendor": donor["webgl_vendor"], "webgl_renderer": donor["webgl_renderer"]}
        return signup(world, who, at, ip=home_address(world, who), browser=seen.but(**other, canvas=dice.hexes(16)), **supplies.draw(world, who))

    return Party("operator", pace(world, 2, 28).moments(world, room), member, name)


def antidetect(world: World, room: int, name: str) -> Party:
    """Whole profiles of real browsers, replayed from a pool; SIM blocks, virtual cards, catch-all domains, slowly."""
    dice = world.dice
    country = BY_CODE[dice.choice(MARKETS)]
    pool: list[Browser] = []
    profiles = max(3, int(room * dice.uniform(0.15, 0.9)))
    kinds = Weighted([("catch_all", 5), ("bought", 3), ("like_people", 2)])
    supplies = Supplies(mailboxes(world, dice.randrange(1, 5), kinds), sim_blocks(dice, country, dice.randrange(2, 9)), virtual_cards(dice, dice.randrange(2, 7), country.code), dice.uniform(0.4, 1), dice.uniform(0.3, 0.9))
    pastes = dice.uniform(0.1, 0.7)

    def member(at: datetime) -> Sent:
        who = person(world, country)
        if len(pool) < profiles:
            pool.append(own_browser(world, who, at, PROFILES))
        habit = "pasted" if dice.chance(pastes) else "typed"
        return signup(world, who, at, ip=home_address(world, who), browser=dice.choice(pool), habit=habit, **supplies.draw(world, who))

    return Party("operator", pace(world, 20, 31).moments(world, room), member, name)


PROFILES: Weighted[Model] = Weighted([(model, model.share) for model in COMPUTERS.things if model.system.value in {"windows", "mac"}])


def all_rotating(world: World, room: int, name: str) -> Party:
    """Each account as careful as an honest person: what is left is thin, such as a favourite issuer or a habit."""
    dice = world.dice
    country = BY_CODE[dice.choice(MARKETS)]
    supplies = Supplies(
        mailboxes(world, dice.randrange(3, 9), Weighted([("like_people", 5), ("bought", 3), ("catch_all", 1)])),
        rented(dice, country),
        dice.choice((virtual_cards(dice, dice.randrange(4, 12), country.code), stolen_cards(dice, country.code))),
        dice.uniform(0.4, 0.8),
        dice.uniform(0.3, 0.6),
    )

    def member(at: datetime) -> Sent:
        who = person(world, country)
        return signup(world, who, at, ip=home_address(world, who), browser=own_browser(world, who, at, ALL), **supplies.draw(world, who))

    return Party("operator", pace(world, 15, 31).moments(world, room), member, name)


OPERATORS: dict[str, Operator] = {
    one.__name__: one for one in (script, datacentre, phone_farm, generator, antidetect, all_rotating)
}
