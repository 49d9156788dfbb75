"""Honest people who come in numbers from one place, or who share what strangers do not."""

from collections.abc import Callable
from datetime import datetime

from bench.simulation.cards import issue
from bench.simulation.devices import Browser
from bench.simulation.dice import Weighted
from bench.simulation.models import BY_NAME, COMPUTERS, PHONES
from bench.simulation.networks import Use, address, neighbour, network_of
from bench.simulation.people import ANYWHERE, home_address, own_browser, person, signup
from bench.simulation.places import BY_CODE
from bench.simulation.world import WORKING, Party, Sent, World

Crowd = Callable[[World, int], Party]  # of at most so many
STUDENTS = Weighted([(model, model.share) for model in (*COMPUTERS.things, BY_NAME["iPhone"]) if model.name != "remote desktop"])
LAPTOPS = ("Windows laptop", "Mac", "Windows laptop with touch")
TEACHES = ("US", "DE", "GB", "FR", "JP")


def size(world: World, room: int, least: int, most: int) -> int:
    """How many come: between the two, and not more than there is room for."""
    return min(room, world.dice.randrange(least, most + 1))


def carrier_nat(world: World, room: int) -> Party:
    """Strangers who leave by one address of a mobile carrier."""
    country = world.dice.one(Weighted([(BY_CODE[code], share) for code, share in (("IN", 5), ("ID", 3), ("NG", 3), ("US", 3), ("BR", 3), ("PL", 1))]))
    gateway = address(world.dice, network_of(world.dice, country.code, Use.MOBILE))

    def member(at: datetime) -> Sent:
        who = person(world, country)
        return signup(world, who, at, ip=gateway, browser=own_browser(world, who, at, PHONES))

    return Party("carrier_nat", [world.when(country) for _ in range(size(world, room, 15, 150))], member)


def campus(world: World, room: int) -> Party:
    """Students of a university in the weeks that a course begins, behind its few addresses."""
    country = BY_CODE[world.dice.choice(TEACHES)]
    door = address(world.dice, network_of(world.dice, country.code, Use.CAMPUS))
    domain = f"{world.dice.choice(('uni-', 'u', 'tech'))}{world.dice.fill('?????')}" + (".edu" if country.code == "US" else ".ac.uk" if country.code == "GB" else f".{country.code.lower()}")
    begins, number = world.when(country), world.dice.randrange(100_000, 900_000)

    def member(at: datetime) -> Sent:
        who, dice = person(world, country), world.dice
        email = None
        if dice.chance(0.5):
            numbered = dice.chance(0.3)
            local = f"s{number + dice.randrange(4000)}" if numbered else f"{who.given[0]}.{who.family}".lower()
            email = world.mailboxes.unique(local, domain)
        ip = neighbour(dice, door) if dice.chance(0.6) else door
        payment = {"payment": None} if dice.chance(0.7) else {}
        return signup(world, who, at, ip=ip, email=email, browser=own_browser(world, who, at, STUDENTS), **payment)

    return Party("campus", [world.after(begins, 12) for _ in range(size(world, room, 30, 160))], member)


def hackathon(world: World, room: int) -> Party:
    """One afternoon in one hall: everybody from one address, many on their own domain or a fresh mailbox."""
    country = world.dice.one(ANYWHERE)
    hall = address(world.dice, network_of(world.dice, country.code, Use.OFFICE))
    begins = world.when(country, WORKING)

    def member(at: datetime) -> Sent:
        who = person(world, country if world.dice.chance(0.8) else None)
        seen = own_browser(world, who, at, COMPUTERS).but(timezone=world.dice.one(country.zones))
        return signup(world, who, at, ip=hall, browser=seen)

    return Party("hackathon", [world.after(begins, 0.2) for _ in range(size(world, room, 25, 120))], member)


def company(world: World, room: int) -> Party:
    """Colleagues in the weeks of a roll-out: laptops made from one image, one office, one domain, perhaps one card."""
    dice = world.dice
    country = dice.one(ANYWHERE)
    door = address(dice, network_of(dice, country.code, Use.OFFICE))
    boss = person(world, country)
    domain = world.mailboxes.domain(boss.family, country.code)
    image = own_browser(world, boss, world.at(0), Weighted([(BY_NAME[name], 1) for name in LAPTOPS]))
    issuer, one_card = issue(dice, country.code, "credit"), dice.chance(0.4)
    paid, span = issuer.card(dice), dice.choice((0.4, 5, 30))
    begins = world.when(country, WORKING)

    def member(at: datetime) -> Sent:
        who = person(world, country)
        email = world.mailboxes.unique(f"{who.given}.{who.family}".lower(), domain)
        seen = image if dice.chance(0.75) else own_browser(world, who, at, COMPUTERS)
        card = None if dice.chance(0.5) else paid if one_card else issuer.card(dice)
        ip = door if dice.chance(0.8) else home_address(world, who)
        return signup(world, who, at, ip=ip, email=email, browser=seen, payment=card)

    return Party("company", [world.after(begins, span) for _ in range(size(world, room, 5, 90))], member)


def household(world: World, room: int) -> Party:
    """A family or flat: one line, often one computer or card, some numbers of one contract."""
    dice = world.dice
    country = dice.one(ANYWHERE)
    head = person(world, country)
    line = home_address(world, head)
    shared: list[Browser] = []
    card = world.dice.chance(0.3) and signup(world, head, world.at(0))["payment"]

    def member(at: datetime) -> Sent:
        who = person(world, country)
        if dice.chance(0.8):
            who = type(who)(country, who.given, head.family, head.tongue, head.zone)
        if not shared or dice.chance(0.75):
            shared.append(own_browser(world, who, at))
        payment = {"payment": card} if card and dice.chance(0.5) else {}
        return signup(world, who, at, ip=line, browser=shared[-1], **payment)

    return Party("household", [world.when(country) for _ in range(size(world, room, 2, 5))], member)


def second_account(world: World, room: int) -> Party:
    """One person twice: for work and at home, or because the password was forgotten."""
    who = person(world)
    line = home_address(world, who)
    first: list[Sent] = []

    def member(at: datetime) -> Sent:
        if not first:
            first.append(signup(world, who, at, ip=line))
            return first[0]
        before, dice = first[0], world.dice
        seen = {} if before["device"] is None or dice.chance(0.3) else {
            "user_agent": before["user_agent"],
            "accept_language": before["accept_language"],
            "device": before["device"],
        }
        phone = before["phone"] if dice.chance(0.7) else None
        return signup(world, who, at, ip=line if dice.chance(0.7) else None, phone=phone, payment=before["payment"], **seen)

    begins = world.when(who.country)
    return Party("second_account", [world.clip(begins + place * world.dice.uniform(0.01, 20)) for place in range(min(room, 2))], member)


def launch_spike(world: World, room: int) -> Party:
    """A link on a busy page: ordinary people from everywhere within hours."""
    begins = world.when()
    days = [world.clip(begins + world.dice.expovariate(1 / 0.15)) for _ in range(size(world, room, 50, 2000))]
    return Party("launch_spike", days, lambda at: signup(world, person(world, at=at), at))


CROWDS: dict[str, Crowd] = {
    one.__name__: one for one in (carrier_nat, campus, hackathon, company, household, second_account, launch_spike)
}
