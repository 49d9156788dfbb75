"""Who comes in a history: how many of each group, and in which order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bench.simulation.crowds import CROWDS
from bench.simulation.dice import Dice
from bench.simulation.operators import OPERATORS
from bench.simulation.singles import SINGLES, ordinary
from bench.simulation.world import Party, Sent, World

# Shares of the honest accounts, chosen by us; the rest is ordinary.
SHARES = {
    "carrier_nat": 0.06,
    "campus": 0.03,
    "hackathon": 0.01,
    "company": 0.04,
    "household": 0.07,
    "second_account": 0.02,
    "launch_spike": 0.02,
    "vpn_user": 0.03,
    "privacy_browser": 0.02,
    "stock_phone": 0.03,
    "traveller": 0.015,
    "no_card_no_phone": 0.03,
    "elderly": 0.015,
    "autofill": 0.03,
    "script_free": 0.003,
}
OPERATED = (0.02, 0.05)  # share of all accounts that operators open, where none is given
EACH = (20, 400)  # accounts of one operator
MOST = 0.01  # of all accounts, where that is more


@dataclass(frozen=True, slots=True)
class Line:
    """One account."""

    at: datetime
    group: str
    operator: str | None
    sent: Sent


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for: accounts in all, days, the seed, kinds of operators and the share that they open."""

    accounts: int
    days: int
    seed: str
    operators: tuple[str, ...] = tuple(OPERATORS)
    operated: float | None = None


def history(plan: Plan) -> Iterator[Line]:
    """Every account of a plan in the order of its time; the same plan makes the same accounts."""
    world = World(Dice(f"gatehouse {plan.seed}"), plan.days)
    parties = list(_parties(world, plan))
    coming = sorted((day, number) for number, party in enumerate(parties) for day in party.days)
    for _, party in enumerate(parties):
        party.days.clear()
    for day, number in coming:
        party, at = parties[number], world.at(day)
        yield Line(at, party.group, party.operator, party.member(at))


def _parties(world: World, plan: Plan) -> Iterator[Party]:
    share = world.dice.uniform(*OPERATED) if plan.operated is None else plan.operated
    operated = round(plan.accounts * share) if plan.operators else 0
    yield from _operators(world, plan, operated)
    honest = plan.accounts - operated
    left = honest
    for group, of in SHARES.items():
        room = min(left, max(2, round(honest * of)))
        left -= room
        yield from _honest(world, group, room)
    yield Party("ordinary", [world.when() for _ in range(left)], lambda at: ordinary(world, at))


def _honest(world: World, group: str, room: int) -> Iterator[Party]:
    if group in SINGLES:
        single = SINGLES[group]
        yield Party(group, [world.when() for _ in range(room)], lambda at: single(world, at))
        return
    while room:
        party = CROWDS[group](world, room)
        room -= len(party.days)
        yield party


def _operators(world: World, plan: Plan, room: int) -> Iterator[Party]:
    """Of each kind in turn, until there is no room; sizes vary by far."""
    most = max(EACH[1], int(plan.accounts * MOST))
    number = 0
    while room:
        kind = plan.operators[number % len(plan.operators)]
        fair = max(EACH[0], room // max(1, len(plan.operators) - number))
        size = min(room, most, max(EACH[0] // 2, int(world.dice.around(fair if number < len(plan.operators) else 120, 0.6))))
        yield OPERATORS[kind](world, size, f"{kind}-{number + 1}")
        room -= size
        number += 1
