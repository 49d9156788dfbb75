"""Whole profiles of real browsers, replayed from a pool; SIM blocks, virtual cards, catch-all domains; slowly."""

from dataclasses import dataclass, field
from datetime import datetime

from bench.simulation.devices import Browser
from bench.simulation.dice import Weighted
from bench.simulation.operators.mail import mailboxes
from bench.simulation.operators.markets import Markets, markets
from bench.simulation.operators.pace import pace
from bench.simulation.operators.profiles import Offer, offer, shown_by
from bench.simulation.operators.proxies import Proxies, proxies
from bench.simulation.operators.robots import Robot, robot
from bench.simulation.operators.slips import Slips, slips
from bench.simulation.operators.stock import Supplies, rented, sim_blocks, virtual_cards
from bench.simulation.people import Person, handheld, own_browser, person, signup
from bench.simulation.world import Party, Sent, World

POOL, LEAST = (0.15, 1.0), 3  # profiles to one account; profiles for a country
MECHANISED = 0.6  # operators whose forms a program fills in
PASTES = (0.0, 0.4)  # share of accounts
SOURCES, ROWS, BINS, DAYS = (1, 5), (2, 9), (2, 7), (20, 35)
SIM_BOX = 0.7  # the rest rent numbers
GIVES_NUMBER, GIVES_CARD = (0.4, 0.85), (0.2, 0.7)
MAILS = Weighted([("catch_all", 3), ("bought", 4), ("like_people", 3)])


@dataclass(slots=True)
class Studio:
    """What one of them has."""

    markets: Markets
    offer: Offer
    profiles: int  # in each country
    pastes: float
    supplies: Supplies
    lines: Proxies
    slips: Slips
    robot: Robot | None
    pool: dict[str, list[Browser]] = field(default_factory=dict)

    def member(self, world: World, at: datetime) -> Sent:
        """One account."""
        who = person(world, self.markets.one(world, at))
        habit = "pasted" if world.dice.chance(self.pastes) else None
        seen = self.slips.over(world, self.profile(world, who, at))
        ip = self.lines.one(who, touch=handheld(seen))
        sent = signup(world, who, at, ip=ip, browser=seen, habit=habit, **self.supplies.draw(world, who))
        return self.robot.over(world, who, sent, touch=handheld(seen)) if self.robot else sent

    def profile(self, world: World, who: Person, at: datetime) -> Browser:
        """The next profile, or one that has been used."""
        pool = self.pool.setdefault(who.country.code, [])
        if len(pool) < self.profiles:
            pool.append(own_browser(world, who, at, shown_by(self.offer, who.country)))
            return pool[-1]
        return world.dice.choice(pool)


def antidetect(world: World, room: int, name: str) -> Party:
    """One of them."""
    dice = world.dice
    served = markets(world)
    numbers = sim_blocks(dice, dice.randint(*ROWS)) if dice.chance(SIM_BOX) else rented(dice)
    mail = mailboxes(world, dice.randint(*SOURCES), MAILS)
    cards = virtual_cards(dice, dice.randint(*BINS))
    supplies = Supplies(mail, numbers, cards, dice.uniform(*GIVES_NUMBER), dice.uniform(*GIVES_CARD))
    profiles = max(LEAST, int(room * dice.uniform(*POOL)) // len(served.countries))
    pastes, lines = dice.uniform(*PASTES), proxies(world, room)
    fills = robot(dice) if dice.chance(MECHANISED) else None
    studio = Studio(served, offer(dice), profiles, pastes, supplies, lines, slips(world), fills)
    return Party("operator", pace(world, DAYS, served).moments(world, room), lambda at: studio.member(world, at), name)
