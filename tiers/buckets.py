"""Budgets as buckets: what a tier's limits allow, and what has been taken of them. Pure.

A limit such as `requests_per_minute: 6` is a bucket that holds 6 and drains in a minute when it is full. A call is
granted where it still fits. So who was quiet may take a minute's worth at once, and nobody more than that and what
drains meanwhile. Only what was granted is put in: who is refused waits no longer for having asked.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final


class Unit(StrEnum):
    """What is counted."""

    REQUESTS = "requests"
    TOKENS = "tokens"


CONCURRENCY: Final = "concurrency"
PERIODS_MS: Final = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
RATE: Final = re.compile(rf"({'|'.join(Unit)})_per_({'|'.join(PERIODS_MS)})")
ROUNDING: Final = 1e-6  # of one request or token, for sums of fractions
NEVER_MS: Final = -1


@dataclass(frozen=True, slots=True)
class Limit:
    """A bucket: how much it holds, and in how long it drains when it holds that much."""

    name: str
    unit: Unit
    capacity: float
    period_ms: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What a tier's table of limits says of calls. Names that are of no such form are not for here."""

    rates: tuple[Limit, ...]
    concurrency: int | None

    def shared_out(self, share: float) -> "Limits":
        """A part of each. At least one request fits into a bucket, and then it drains so much more slowly."""
        rates = tuple(_part(limit, share) for limit in self.rates)
        slots = None if self.concurrency is None else min(self.concurrency, math.ceil(self.concurrency * share))
        return Limits(rates, slots)


@dataclass(frozen=True, slots=True)
class Held:
    """What is in a bucket, since when (ms), and how much it held when that was put in."""

    used: float = 0.0
    at_ms: float = 0.0
    capacity: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """A bucket at a moment: what is in it, whether an amount fits, and in how long it will (NEVER_MS: never)."""

    used: float
    room: float
    fits: bool
    wait_ms: float
    empty_ms: float  # in how long nothing is in it


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be taken. A lease holds a slot of the concurrency; with `force` it is taken whatever is left."""

    requests: float = 1
    tokens: float = 0
    lease: str = ""
    hold_ms: int = 0
    force: bool = False

    def amount(self, unit: Unit) -> float:
        """Of a unit."""
        return self.requests if unit is Unit.REQUESTS else self.tokens


@dataclass(frozen=True, slots=True)
class Left:
    """A limit after an order: whether it stood in its way, what is left, and in how long (ms) nothing is in it."""

    fits: bool
    remaining: int
    empty_ms: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What came of an order. `wait_ms` is NEVER_MS where it can never be granted; `slots` None: any number."""

    granted: bool
    wait_ms: int
    slots: int | None
    left: tuple[Left, ...]


def limits_of(table: Mapping[str, int]) -> Limits:
    """The limits of a tier."""
    return _parsed(tuple(table.items()))


@lru_cache(maxsize=256)
def _parsed(table: tuple[tuple[str, int], ...]) -> Limits:
    rates = tuple(
        Limit(name, Unit(found[1]), float(amount), float(PERIODS_MS[found[2]]))
        for name, amount in table
        if (found := RATE.fullmatch(name))
    )
    rates = tuple(sorted(rates, key=lambda limit: (limit.period_ms, limit.name)))  # the narrowest first, as everywhere
    return Limits(rates, dict(table).get(CONCURRENCY))


def look(limit: Limit, held: Held, amount: float, *, now_ms: float) -> Look:
    """How a bucket stands. The same is written in Lua (tiers.ledger), and a test holds the two together.

    Another tier has another bucket with the same in it. That drains as fast as the larger of the two would: who falls
    waits no longer than one period, and accounts of one ring on different rungs cannot drain it faster than one alone.
    How many tokens a call takes is known after it: so where none are asked for, there has to be room for some.
    """
    speed = max(limit.capacity, held.capacity) / limit.period_ms
    used = max(0.0, held.used - max(0.0, now_ms - held.at_ms) * speed)
    room = limit.capacity - used
    spare = limit.unit is Unit.TOKENS and amount == 0
    fits = room > ROUNDING if spare else amount == 0 or amount <= room + ROUNDING
    return Look(used, room, fits, 0.0 if fits else _wait(limit, used, amount, speed), used / speed if speed else 0.0)


def _wait(limit: Limit, used: float, amount: float, speed: float) -> float:
    if amount > limit.capacity or limit.capacity <= 0:
        return NEVER_MS
    return (used + amount - limit.capacity) / speed + 1


def longest(waits: Sequence[float]) -> float:
    """Of several waits that have all to be over; NEVER_MS where one of them never is."""
    return NEVER_MS if NEVER_MS in waits else max(waits, default=0.0)


def _part(limit: Limit, share: float) -> Limit:
    whole = limit.capacity * share
    if whole <= 0:
        return Limit(limit.name, limit.unit, 0.0, limit.period_ms)
    capacity = max(1.0, whole)
    return Limit(limit.name, limit.unit, capacity, limit.period_ms * capacity / whole)
