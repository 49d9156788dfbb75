"""What is added up of use before rings are looked for: exits, sketches and days, by account. Pure.

Accounts are rows, numbered as the traces beside them. Nothing here is by window, so that a million accounts with
50 million windows fit in memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from risk.rings.columns import Flags, Floats, Ints, firsts, runs

LOOKED_BACK: Final = timedelta(days=28)  # what was done before tells little of what an account is for now
# Of SplitMix64 (G. Steele and others, OOPSLA 2014): of 50 million lines two that differ are mixed alike in one case of
# ten thousand, and are one line then.
MIXING: Final = np.uint64(0x9E3779B97F4A7C15)
HALF: Final = np.uint64(32)
Line = TypeVar("Line", "Exits", "Asked", "Days")


@dataclass(frozen=True, slots=True)
class Exits:
    """Where accounts called from, with which client: a line for each that is different."""

    rows: Ints
    address: Ints
    network: Ints
    client: Ints
    windows: Ints
    hosted: Flags  # a host's address, or a known service's
    first: Ints  # day, since the epoch
    last: Ints

    def some(self, places: Flags) -> "Exits":
        """Some of the lines."""
        return Exits(*(column[places] for column in _columns(self)))

    def added(self) -> "Exits":
        """With lines that are alike added up."""
        found = _alike(self.rows, self.address, self.network, self.client)
        one = found.places[found.starts]
        return Exits(
            self.rows[one],
            self.address[one],
            self.network[one],
            self.client[one],
            found.over(np.add, self.windows),
            found.over(np.logical_or, self.hosted),
            found.over(np.minimum, self.first),
            found.over(np.maximum, self.last),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Sketches of what accounts asked for: a line for each account and sketch."""

    rows: Ints
    sketch: Ints
    times: Ints  # windows that have it

    def added(self) -> "Asked":
        """With lines that are alike added up."""
        found = _alike(self.rows, self.sketch)
        one = found.places[found.starts]
        return Asked(self.rows[one], self.sketch[one], found.over(np.add, self.times))


@dataclass(frozen=True, slots=True)
class Days:
    """Days on which accounts called."""

    rows: Ints
    day: Ints  # since the epoch
    requests: Ints
    hours: Ints  # in which it called: a bit for each hour of the day

    def added(self) -> "Days":
        """With lines that are alike added up."""
        found = _alike(self.rows, self.day)
        one = found.places[found.starts]
        requests, hours = found.over(np.add, self.requests), found.over(np.bitwise_or, self.hours)
        return Days(self.rows[one], self.day[one], requests, hours)


def joined(parts: Sequence[Line]) -> Line:
    """What was added up in parts, added up in all."""
    whole = type(parts[0])(*(np.concatenate(columns) for columns in zip(*map(_columns, parts), strict=True)))
    return whole.added()


def _columns(of: Line) -> list[NDArray[Any]]:
    return [getattr(of, each.name) for each in fields(of)]


@dataclass(frozen=True, slots=True)
class _Alike:
    """Lines that are alike beside each other: their places, and where among these each run begins."""

    places: Ints
    starts: Ints

    def over(self, add: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
        """By run: the values of its lines, added up."""
        total: NDArray[Any] = add.reduceat(values[self.places], self.starts) if len(self.starts) else values[:0]
        return total


def _alike(*parts: Ints) -> _Alike:
    """Lines that are alike in all parts."""
    key = np.zeros(len(parts[0]), dtype=np.uint64)
    for part in parts:
        key = (key ^ part.astype(np.int64).view(np.uint64)) * MIXING
        key ^= key >> HALF
    places = np.argsort(key)
    return _Alike(places, np.flatnonzero(firsts(key[places])))


def totals(keys: Ints, values: Floats) -> tuple[Ints, Floats]:
    """Each key from 0 up once, in their order, and the sum of the values beside it."""
    found = runs(keys)
    sums: Floats = np.add.reduceat(values[found.places], found.starts) if len(keys) else np.empty(0)
    return found.keys, sums


@dataclass(frozen=True, slots=True)
class Incidence:
    """Which accounts show which values, how often. `value` is numbered from 0; a pair stands once."""

    rows: Ints
    value: Ints
    times: Floats
    values: int

    @classmethod
    def of(cls, rows: Ints, value: Ints, times: Ints | Floats) -> "Incidence":
        """Add up what stands several times."""
        known, code = np.unique(value, return_inverse=True)
        width = max(len(known), 1)
        keys, total = totals(rows.astype(np.int64) * width + code, times.astype(np.float64))
        return cls(keys // width, keys % width, total, len(known))

    @property
    def shown(self) -> Ints:
        """By value: how many accounts show it."""
        return np.bincount(self.value, minlength=self.values)

    def total(self, accounts: int) -> Floats:
        """By row: how often it shows anything."""
        return np.bincount(self.rows, self.times, minlength=accounts).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Common:
    """What several accounts show, as in an incidence; of what one alone shows only how much that is.

    Nearly all that people say and most places that they call from are theirs alone, and tie them to nobody.
    """

    rows: Ints
    value: Ints
    times: Floats
    shown: Ints  # by value: how many accounts show it
    total: Floats  # by row: how often it shows anything
    alone: Ints  # by row: how many values it alone shows

    @property
    def values(self) -> int:
        """How many there are."""
        return len(self.shown)

    @classmethod
    def of(cls, found: Incidence, accounts: int) -> "Common":
        """Of an incidence what is common."""
        common = found.shown > 1
        numbers, several = np.cumsum(common) - 1, common[found.value]
        return cls(
            found.rows[several],
            numbers[found.value[several]],
            found.times[several],
            found.shown[common],
            found.total(accounts),
            np.bincount(found.rows[~several], minlength=accounts),
        )

    def beside(self, rows: Ints, times: Ints) -> "Common":
        """With what accounts show besides, each line of it a value that nobody else shows."""
        accounts = len(self.total)
        more, lines = np.bincount(rows, times, minlength=accounts), np.bincount(rows, minlength=accounts)
        return replace(self, total=self.total + more, alone=self.alone + lines)


@dataclass(frozen=True, slots=True)
class Use:
    """All of it, of so many accounts."""

    signed_up: Ints  # by account: the network that it signed up from; 0 where that is not known, or a host's
    since: Ints  # by account: the day of its signup
    exits: Exits
    asked: Common
    days: Days

    @property
    def accounts(self) -> int:
        """How many there are."""
        return len(self.signed_up)

    @property
    def home(self) -> Flags:
        """By exit: whether the account calls from the network that it signed up from, which is no host's."""
        exits = self.exits
        home: Flags = (exits.network != 0) & (exits.network == self.signed_up[exits.rows]) & ~exits.hosted
        return home

    @property
    def used(self) -> Flags:
        """By row: whether the account called at all."""
        used = np.zeros(self.accounts, dtype=bool)
        used[self.days.rows] = True
        return used
