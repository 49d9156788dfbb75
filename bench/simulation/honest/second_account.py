"""One person twice: for work and at home, or because the password was forgotten."""

from datetime import datetime
from typing import Any

from bench.simulation.addresses import same_line
from bench.simulation.people import home_address, person, signup
from bench.simulation.world import Party, Sent, World

SAME_DEVICE, SAME_LINE, SAME_NUMBER = 0.7, 0.7, 0.7
WITHIN_DAYS = 20


def second_account(world: World, room: int) -> Party:
    """One person's two accounts."""
    who = person(world)
    line = home_address(world, who)
    earlier: list[Sent] = []

    def member(at: datetime) -> Sent:
        known = again(world, earlier[0]) if earlier else {"ip": line}
        earlier.append(signup(world, who, at, **known))
        return earlier[-1]

    begins = world.when(who.country)
    days = [begins, world.clip(begins + world.dice.uniform(0.01, WITHIN_DAYS))]
    return Party("second_account", days[:room], member)


def again(world: World, before: Sent) -> dict[str, Any]:
    """What is the same at the second time."""
    dice = world.dice
    known: dict[str, Any] = {"payment": before["payment"]}
    known["phone"] = before["phone"] if dice.chance(SAME_NUMBER) else None
    if dice.chance(SAME_LINE):
        known["ip"] = same_line(dice, before["ip"])
    if before["device"] and dice.chance(SAME_DEVICE):
        known |= {name: before[name] for name in ("user_agent", "accept_language", "device")}
    return known
