"""Students of a university in the weeks that a course begins, behind its few addresses."""

from dataclasses import dataclass
from datetime import datetime

from bench.simulation.addresses import four, neighbour, network_of
from bench.simulation.dice import Weighted
from bench.simulation.honest.crowd import size
from bench.simulation.models import BY_NAME, COMPUTERS
from bench.simulation.networks import Use
from bench.simulation.people import Person, own_browser, person, signup
from bench.simulation.places import BY_CODE, Country
from bench.simulation.world import Party, Sent, World

WHERE = ("US", "US", "DE", "GB", "FR", "JP")
ENDINGS = {"US": ".edu", "GB": ".ac.uk", "JP": ".ac.jp"}
DEVICES = Weighted(
    [(model, model.share) for model in (*COMPUTERS.things, BY_NAME["iPhone"]) if model.name != "remote desktop"]
)
LEAST, MOST, SPAN_DAYS = 30, 160, 12
ON_CAMPUS, UNIVERSITY_MAIL, NUMBERED, KEEPS_CARD = 0.85, 0.5, 0.3, 0.7
SHARED_DOOR = 0.4  # of those on campus: the address that the wireless network leaves by


@dataclass(frozen=True, slots=True)
class University:
    """A university: its addresses, its mail and its students' numbers."""

    country: Country
    door: str
    domain: str
    number: int

    def mailbox(self, world: World, who: Person) -> str:
        """A student's own, by name or by number."""
        drawn = f"s{self.number + world.dice.randrange(4000)}"
        local = drawn if world.dice.chance(NUMBERED) else f"{who.given[0]}.{who.family}".lower()
        return world.mailboxes.unique(local, self.domain)


def campus(world: World, room: int) -> Party:
    """One university's students."""
    dice = world.dice
    country = BY_CODE[dice.choice(WHERE)]
    ending = ENDINGS.get(country.code, f".{country.code.lower()}")
    domain = f"{dice.choice(('uni-', 'u', 'tech'))}{dice.fill('?????')}{ending}"
    door = four(dice, network_of(dice, country.code, Use.CAMPUS))
    university = University(country, door, domain, dice.randrange(100_000, 900_000))
    begins = world.when(country)

    def member(at: datetime) -> Sent:
        return student(world, university, at)

    return Party("campus", [world.after(begins, SPAN_DAYS) for _ in range(size(world, room, LEAST, MOST))], member)


def student(world: World, university: University, at: datetime) -> Sent:
    """One of them."""
    dice = world.dice
    who = person(world, university.country)
    known = {"payment": None} if dice.chance(KEEPS_CARD) else {}
    ip = None
    if dice.chance(ON_CAMPUS):
        ip = university.door if dice.chance(SHARED_DOOR) else neighbour(dice, university.door)
    email = university.mailbox(world, who) if dice.chance(UNIVERSITY_MAIL) else None
    return signup(world, who, at, ip=ip, email=email, browser=own_browser(world, who, at, DEVICES), **known)
