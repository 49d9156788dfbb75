"""Who comes in a history: how many of each group, and in which order. Shares are chosen by us, not measured."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import exp, log, sqrt

from bench.simulation.dice import Dice
from bench.simulation.honest.campus import campus
from bench.simulation.honest.carrier_nat import carrier_nat
from bench.simulation.honest.company import company
from bench.simulation.honest.crowd import Crowd
from bench.simulation.honest.hackathon import hackathon
from bench.simulation.honest.household import household
from bench.simulation.honest.launch_spike import launch_spike
from bench.simulation.honest.second_account import second_account
from bench.simulation.honest.singles import SINGLES, Single, ordinary
from bench.simulation.operators.all_rotating import all_rotating
from bench.simulation.operators.antidetect import antidetect
from bench.simulation.operators.datacentre import datacentre
from bench.simulation.operators.generator import generator
from bench.simulation.operators.phone_farm import phone_farm
from bench.simulation.operators.script import script
from bench.simulation.world import Party, Sent, World

CROWDS: dict[str, Crowd] = {
    "carrier_nat": carrier_nat,
    "campus": campus,
    "hackathon": hackathon,
    "company": company,
    "household": household,
    "second_account": second_account,
    "launch_spike": launch_spike,
}
OPERATORS: dict[str, Callable[[World, int, str], Party]] = {
    "script": script,
    "datacentre": datacentre,
    "phone_farm": phone_farm,
    "generator": generator,
    "antidetect": antidetect,
    "all_rotating": all_rotating,
}
# Shares of the honest accounts; the rest is ordinary.
SHARES = {
    "carrier_nat": 0.06,
    "campus": 0.03,
    "hackathon": 0.01,
    "company": 0.03,
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
OPERATED = (0.02, 0.05)  # share of all accounts that operators open, drawn where none is given
LEAST = 12  # accounts of one operator, where there are that many
# Of operators' sizes, drawn for each history: the largest of some dozens has four times the middle one's accounts, or
# thirty times.
SPREAD = (0.6, 1.5)
# Operators to the square root of their accounts, inverse, drawn for each history: a thousand accounts have 26 operators
# (many small ones) to as few as there are kinds (few large ones).
CROWDING = (1.2, 6.0)


@dataclass(frozen=True, slots=True)
class Line:
    """One account."""

    at: datetime
    group: str
    operator: str | None
    sent: Sent
    party: int  # the same for all who come for one reason, as a crowd or an operator's accounts do


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for: accounts in all, days, the seed, kinds of operators and the share that they open.

    `alone`: a single operator opens them all.
    """

    accounts: int
    days: int
    seed: str
    operators: tuple[str, ...] = tuple(OPERATORS)
    operated: float | None = None
    alone: bool = False


def history(plan: Plan) -> Iterator[Line]:
    """Every account of a plan in the order of its time; the same plan makes the same accounts.

    Only who comes when is held in memory, about 200 bytes an account; what each sends is drawn as it comes.
    """
    world = World(Dice(f"gatehouse {plan.seed}"), plan.days)
    parties = list(_parties(world, plan))
    coming = sorted((day, number) for number, party in enumerate(parties) for day in party.days)
    for day, number in coming:
        party, at = parties[number], world.at(day)
        yield Line(at, party.group, party.operator, party.member(at), number)


def _parties(world: World, plan: Plan) -> Iterator[Party]:
    share = world.dice.uniform(*OPERATED) if plan.operated is None else plan.operated
    operated = round(plan.accounts * share) if plan.operators else 0
    yield from _operators(world, plan, operated)
    honest = left = plan.accounts - operated
    for group, of in SHARES.items():
        room = min(left, max(2, round(honest * of)))
        left -= room
        yield from _alone(world, group, room) if group in SINGLES else _together(world, CROWDS[group], room)
    yield _singles(world, "ordinary", left, ordinary)


def _alone(world: World, group: str, room: int) -> Iterator[Party]:
    yield _singles(world, group, room, SINGLES[group])


def _singles(world: World, group: str, room: int, single: Single) -> Party:
    return Party(group, [world.when() for _ in range(room)], lambda at: single(world, at))


def _together(world: World, crowd: Crowd, room: int) -> Iterator[Party]:
    while room:
        party = crowd(world, room)
        room -= len(party.days)
        yield party


def _operators(world: World, plan: Plan, accounts: int) -> Iterator[Party]:
    """Each kind in turn, in an order by lot, so that none is always the first or the largest."""
    kinds = world.dice.sample(plan.operators, len(plan.operators))
    each = [accounts] if plan.alone else sizes(world.dice, accounts, kinds=len(kinds))
    for number, size in enumerate(each):
        kind = kinds[number % len(kinds)]
        yield OPERATORS[kind](world, size, f"{kind}-{number // len(kinds) + 1}")


def sizes(dice: Dice, accounts: int, *, kinds: int) -> list[int]:
    """How many accounts each operator opens: some many, most few, all together as many as are asked for."""
    if not accounts:
        return []
    crowding = exp(dice.uniform(*map(log, CROWDING)))
    number = max(1, min(accounts // LEAST, max(kinds, round(sqrt(accounts) / crowding))))
    spare = accounts - number * min(LEAST, accounts // number)
    spread = dice.uniform(*SPREAD)
    weights = [dice.lognormvariate(0, spread) for _ in range(number)]
    found = [min(LEAST, accounts // number) + int(spare * weight / sum(weights)) for weight in weights]
    found[0] += accounts - sum(found)
    return found
