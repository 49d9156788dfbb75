"""Whole profiles of real browsers, replayed from a pool; SIM blocks, virtual cards, catch-all domains; slowly."""

from dataclasses import dataclass, field
from datetime import datetime

from bench.simulation.devices import Browser
from bench.simulation.dice import Weighted
from bench.simulation.models import COMPUTERS, Model, System
from bench.simulation.operators.mail import mailboxes
from bench.simulation.operators.pace import pace
from bench.simulation.operators.slips import Slips, slips
from bench.simulation.operators.stock import Proxies, Supplies, proxies, rented, sim_blocks, virtual_cards
from bench.simulation.people import Person, own_browser, person, signup
from bench.simulation.places import BY_CODE, Country
from bench.simulation.world import Party, Sent, World

MARKETS = ("US", "US", "US", "GB", "DE", "BR", "IN", "FR", "ES", "PL")
PROFILES: Weighted[Model] = Weighted(
    [(model, model.share) for model in COMPUTERS.things if model.system in {System.WINDOWS, System.MAC}]
)
POOL = (0.15, 1.0)  # profiles to one account
PASTES = (0.05, 0.6)  # share of accounts
SOURCES, ROWS, BINS, DAYS = (1, 5), (2, 9), (2, 7), (20, 31)
SIM_BOX = 0.7  # the rest rent numbers
GIVES_NUMBER, GIVES_CARD = (0.3, 0.9), (0.2, 0.8)
MAILS = Weighted([("catch_all", 5), ("bought", 3), ("like_people", 3)])


@dataclass(slots=True)
class Studio:
    """What one of them has."""

    country: Country
    profiles: int
    pastes: float
    supplies: Supplies
    lines: Proxies
    slips: Slips
    pool: list[Browser] = field(default_factory=list)

    def member(self, world: World, at: datetime) -> Sent:
        """One account."""
        who = person(world, self.country)
        habit = "pasted" if world.dice.chance(self.pastes) else None
        seen = self.slips.over(world, self.profile(world, who, at))
        return signup(world, who, at, ip=self.lines(who), browser=seen, habit=habit, **self.supplies.draw(world, who))

    def profile(self, world: World, who: Person, at: datetime) -> Browser:
        """The next profile, or one that has been used."""
        if len(self.pool) < self.profiles:
            self.pool.append(own_browser(world, who, at, PROFILES))
            return self.pool[-1]
        return world.dice.choice(self.pool)


def antidetect(world: World, room: int, name: str) -> Party:
    """One of them."""
    dice = world.dice
    country = BY_CODE[dice.choice(MARKETS)]
    numbers = sim_blocks(dice, country, dice.randint(*ROWS)) if dice.chance(SIM_BOX) else rented(dice, country)
    mail = mailboxes(world, dice.randint(*SOURCES), MAILS)
    cards = virtual_cards(dice, dice.randint(*BINS), country.code)
    supplies = Supplies(mail, numbers, cards, dice.uniform(*GIVES_NUMBER), dice.uniform(*GIVES_CARD))
    profiles = max(3, int(room * dice.uniform(*POOL)))
    studio = Studio(country, profiles, dice.uniform(*PASTES), supplies, proxies(world, room), slips(world))
    return Party("operator", pace(world, *DAYS).moments(world, room), lambda at: studio.member(world, at), name)
