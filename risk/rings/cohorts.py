"""Cohorts: accounts that agree on one telling value, or on two things that seldom come together. Pure.

A pair of values is a cohort where more accounts of a country show both than chance explains: n observed, l expected if
the two had nothing to do with each other. That n or more come by chance has at most the probability exp(-z), with
z = n ln(n/l) - (n - l) (Chernoff's bound of the Poisson distribution). Millions of pairs are tested at once, so the
false discovery rate is held (Y. Benjamini and Y. Hochberg, JRSS B 57, 1995).

What comes out are neighbours: each account of a cohort with the next two in time. All further work goes along these,
so that it grows with the accounts and never with their pairs. And for each account the cohort of two things that chance
explains worst, for a whole ring can be one.

Accounts are sorted by each pair of values once, with nothing hashed or joined. The same as SQL, for a warehouse, is in
bench/_rings_sql.py, and a test holds the two equal.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from risk.rings.columns import THREADS, Columns, Floats, Ints, distinct, runs
from risk.rings.links import KINDS, Link

NEIGHBOURS = 2
LEAST = 3  # accounts in a cohort of two things
LIFT = 2.5  # times as many as expected: a large honest group passes any test of significance by a little
FALSE_DISCOVERIES = 0.01  # share of cohorts that may come by chance
COMMON = 0.02  # share of all accounts beyond which a value alone ties nobody
SEVERAL_PEOPLE = 100  # but a value of so few is never common
STRONG, STRONG_LIFT = 6, 8.0  # accounts, and times as many as expected: a cohort that may be a whole ring

ALONE = (
    Link.ADDRESS,
    Link.NETWORK,
    Link.DEVICE,
    Link.PRINT,
    Link.CANVAS,
    Link.MAILBOX,
    Link.DOMAIN,
    Link.SHAPE,
    Link.STEM,
    Link.PHONE,
    Link.PHONE_10,
    Link.PHONE_100,
    Link.PHONE_1000,
    Link.PHONE_10000,
    Link.CARD,
    Link.BIN,
)
THIN = (
    Link.NETWORK,
    Link.PROVIDER,
    Link.PRINT,
    Link.CANVAS,
    Link.HARDWARE,
    Link.FONTS,
    Link.AGENT,
    Link.DOMAIN,
    Link.SHAPE,
    Link.TEMPLATE,
    Link.PHONE_10000,
    Link.CARRIER,
    Link.BIN,
    Link.CARD_KIND,
    Link.CLOCK,
    Link.LOCALE,
    Link.ORIGIN,
    Link.FORM,
    Link.NOVEL,
    Link.TELL,
)
PAIRS = tuple((a, b) for a, b in combinations(THIN, 2) if KINDS[a].aspect is not KINDS[b].aspect)


@dataclass(frozen=True, slots=True)
class Cohorts:
    """What was found: who stands beside whom, and where each account stands most tellingly."""

    neighbours: Ints  # pairs of row numbers, the earlier first, that stand near each other in some cohort; each once
    strongest: Ints  # by row: a number for the cohort that chance explains worst; -1 for none


@dataclass(frozen=True, slots=True)
class Members:
    """The members of the cohorts of two things, one cohort after the other, each in the order of time."""

    rows: Ints
    size: Ints  # by cohort
    z: Floats  # by cohort
    lift: Floats  # by cohort: times as many as expected

    @property
    def cohort(self) -> Ints:
        """The cohort of each."""
        return np.repeat(np.arange(len(self.size)), self.size)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The values of one link in each country that could be of a cohort, numbered from 0."""

    code: Ints  # by row, -1 for a value that could not
    count: Ints  # accounts of the country that show it
    among: Ints  # accounts of the country


@dataclass(slots=True)
class _Strongest:
    cohort: Ints
    z: Floats
    cohorts: int = 0

    def see(self, found: Members) -> None:
        """Take the members of cohorts of two things."""
        strong = np.where((found.lift >= STRONG_LIFT) & (found.size >= STRONG), found.z, 0.0)
        z, number = np.repeat(strong, found.size), found.cohort
        better = z > self.z[found.rows]
        at = found.rows[better]
        self.cohort[at], self.z[at] = number[better] + self.cohorts, z[better]
        self.cohorts += len(found.size)


def cohorts(accounts: Columns) -> Cohorts:
    """Find the cohorts."""
    strongest = _Strongest(np.full(len(accounts), -1, dtype=np.int64), np.zeros(len(accounts)))
    with ThreadPoolExecutor(THREADS) as threads:
        beside = list(threads.map(partial(_alone, accounts), ALONE))
        shown = dict(zip(THIN, threads.map(partial(_shown, accounts), THIN), strict=True))
        for found in threads.map(lambda pair: of_two(shown[pair[0]], shown[pair[1]]), PAIRS):
            strongest.see(found)
            beside.append(_beside(found.rows, found.cohort, len(accounts)))
    keys = distinct(np.concatenate(beside))
    return Cohorts(np.stack(np.divmod(keys, max(len(accounts), 1)), axis=1).astype(np.int32), strongest.cohort)


def members(accounts: Columns, one: Link, other: Link) -> Members:
    """The members of all cohorts of two links."""
    return of_two(_shown(accounts, one), _shown(accounts, other))


def alone(accounts: Columns, link: Link) -> tuple[Ints, Ints]:
    """Who shows a value that few show, and its number: one value after the other, each in the order of time."""
    column = accounts.of[link]
    most = max(SEVERAL_PEOPLE, int(COMMON * accounts.population))
    rows = np.flatnonzero((column.shown >= 2) & (column.shown <= most))
    code = column.code[rows]
    order = runs(code).places
    return rows[order], code[order]


def of_two(one: _Shown, other: _Shown) -> Members:
    """The members of the cohorts of two things."""
    rows = np.flatnonzero((one.code >= 0) & (other.code >= 0))
    mine, its = one.code[rows], other.code[rows]
    found = runs(mine.astype(np.int64) * len(other.count) + its)
    size = found.count
    some = np.flatnonzero(size >= LEAST)
    n, at = size[some], found.places[found.starts[some]]
    by_chance = one.count[mine[at]].astype(np.float64) * other.count[its[at]] / one.among[mine[at]]
    lifted = n >= LIFT * by_chance
    some, n, by_chance = some[lifted], n[lifted], by_chance[lifted]
    z = n * np.log(n / by_chance) - (n - by_chance)
    passing = z >= _line(z)
    some, n = some[passing], n[passing]
    place = np.arange(n.sum()) + np.repeat(found.starts[some] - np.cumsum(n) + n, n)
    return Members(rows[found.places[place]], n, z[passing], n / by_chance[passing])


def _line(z: Floats) -> float:
    """The z from which cohorts are found with at most so many false ones among them; infinite where none is."""
    ordered = np.sort(z)[::-1]
    passing = np.flatnonzero(np.exp(-ordered) * len(z) <= FALSE_DISCOVERIES * np.arange(1, len(z) + 1))
    return float(ordered[passing[-1]]) if len(passing) else np.inf


def _shown(accounts: Columns, link: Link) -> _Shown:
    column, country = accounts.of[link], accounts.of[Link.COUNTRY]
    at_home = column.shown_here if column.at_home is None else column.at_home
    among = np.where(country.code >= 0, country.shown, accounts.population - country.total)
    rows = np.flatnonzero((column.code >= 0) & (at_home >= LEAST) & (at_home * LIFT <= among))
    found = runs(column.code[rows].astype(np.int64) * (country.size + 1) + (country.code[rows] + 1))
    number = np.full(len(accounts), -1, dtype=np.int32)
    number[rows] = found.by_place(np.arange(len(found.starts), dtype=np.int32))
    first = rows[found.places[found.starts]]
    return _Shown(number, at_home[first], among[first])


def _alone(accounts: Columns, link: Link) -> Ints:
    return _beside(*alone(accounts, link), len(accounts))


def _beside(rows: Ints, cohort: Ints, accounts: int) -> Ints:
    """Each account of a cohort with the next ones in time, as one number for each two."""
    return np.concatenate([*_following(rows, cohort, accounts)])


def _following(rows: Ints, cohort: Ints, accounts: int) -> Iterator[Ints]:
    for step in range(1, NEIGHBOURS + 1):
        same = cohort[:-step] == cohort[step:]
        yield rows[:-step][same].astype(np.int64) * accounts + rows[step:][same]
