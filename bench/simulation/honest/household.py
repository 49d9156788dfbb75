"""Families and flats: one line, often one computer or card, some numbers of one contract."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bench.simulation.addresses import same_line
from bench.simulation.devices import Browser
from bench.simulation.honest.crowd import size
from bench.simulation.people import ANYWHERE, Person, card_given, home_address, own_browser, person, signup
from bench.simulation.phones import block
from bench.simulation.world import Party, Sent, World

LEAST, MOST = 2, 5
SAME_NAME, OWN_DEVICE, SHARES_CARD, ONE_CONTRACT = 0.8, 0.75, 0.5, 0.12


@dataclass(slots=True)
class Home:
    """What they share."""

    head: Person
    line: str
    card: dict[str, Any] | None
    row: str | None  # the front of the numbers of a family contract
    devices: list[Browser] = field(default_factory=list)

    def device(self, world: World, who: Person, at: datetime) -> Browser:
        """Their own, or the one that the last had."""
        if not self.devices or world.dice.chance(OWN_DEVICE):
            self.devices.append(own_browser(world, who, at))
        return self.devices[-1]


def household(world: World, room: int) -> Party:
    """One home's people, over the whole time."""
    head = person(world, world.dice.one(ANYWHERE))
    row = block(world.dice, head.country) if world.dice.chance(ONE_CONTRACT) else None
    home = Home(head, home_address(world, head), card_given(world, head), row and f"{row}{world.dice.fill('##')}")

    def member(at: datetime) -> Sent:
        return relative(world, home, at)

    return Party("household", [world.when(head.country) for _ in range(size(world, room, LEAST, MOST))], member)


def relative(world: World, home: Home, at: datetime) -> Sent:
    """One of them."""
    dice, head = world.dice, home.head
    who = person(world, head.country)
    if dice.chance(SAME_NAME):
        who = replace(who, family=head.family, tongue=head.tongue, zone=head.zone)
    known: dict[str, Any] = {"payment": home.card} if home.card and dice.chance(SHARES_CARD) else {}
    if home.row:
        known["phone"] = f"{home.row}{dice.randrange(100):02}"
    return signup(world, who, at, ip=same_line(dice, home.line), browser=home.device(world, who, at), **known)
