"""Cohorts: accounts that agree on one telling value, or on two things that seldom come together; in DuckDB.

A pair of values is a cohort where more accounts of a country show both than chance explains: n observed, l expected if
the two had nothing to do with each other. That n or more come by chance has at most the probability exp(-z), with
z = n ln(n/l) - (n - l) (Chernoff's bound of the Poisson distribution). Millions of pairs are tested at once, so the
false discovery rate is held (Y. Benjamini and Y. Hochberg, JRSS B 57, 1995).

What comes out are neighbours: each account of a cohort with the next two in time. All further work goes along these,
so that it grows with the accounts and never with their pairs. And for each account the cohort of two things that chance
explains worst, for a whole ring can be one. The SQL is plain and moves to a warehouse as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from risk.rings.columns import Columns, Floats, Ints, distinct
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

# a, b: the two values; c: the country. Rows stand in the order of their times.
COUNT_SQL = """
CREATE OR REPLACE TEMP TABLE found AS
WITH together AS (SELECT {a} AS a, {b} AS b, c, count(*) AS n FROM account WHERE {a} >= 0 AND {b} >= 0 GROUP BY ALL),
    of_a AS (SELECT {a} AS a, c, count(*) AS n FROM account WHERE {a} >= 0 GROUP BY ALL),
    of_b AS (SELECT {b} AS b, c, count(*) AS n FROM account WHERE {b} >= 0 GROUP BY ALL),
    of_c AS (SELECT c, count(*) AS n FROM account GROUP BY ALL),
    expected AS (
        SELECT together.*, of_a.n::DOUBLE * of_b.n / of_c.n AS by_chance
        FROM together JOIN of_a USING (a, c) JOIN of_b USING (b, c) JOIN of_c USING (c)
    )
SELECT a, b, c, n / by_chance AS lift, n * ln(n / by_chance) - (n - by_chance) AS z
FROM expected WHERE n >= {least} AND n >= {lift} * by_chance
"""
MEMBER_SQL = """
SELECT account.row, found.cohort, found.z, found.lift
FROM account JOIN (SELECT *, row_number() OVER () - 1 AS cohort FROM found WHERE z >= {z}) AS found
    ON account.{a} = found.a AND account.{b} = found.b AND account.c = found.c
ORDER BY found.cohort, account.row
"""
ALONE_SQL = """
SELECT row, {a} AS cohort FROM account
WHERE {a} IN (SELECT {a} FROM account WHERE {a} >= 0 GROUP BY ALL HAVING count(*) BETWEEN 2 AND {most})
ORDER BY cohort, row
"""


@dataclass(frozen=True, slots=True)
class Resources:
    """What DuckDB may use."""

    threads: int = 2
    memory: str = "2GB"


TWO_CORES = Resources()


@dataclass(frozen=True, slots=True)
class Cohorts:
    """What was found: who stands beside whom, and where each account stands most tellingly."""

    neighbours: Ints  # pairs of row numbers, the earlier first, that stand near each other in some cohort; each once
    strongest: Ints  # by row: a number for the cohort that chance explains worst; -1 for none


@dataclass(slots=True)
class _Strongest:
    cohort: Ints
    z: Floats
    cohorts: int = 0

    def see(self, rows: dict[str, Any]) -> None:
        """Take the members of cohorts of two things."""
        number = rows["cohort"]
        size = np.bincount(number)[number]
        z = np.where((rows["lift"] >= STRONG_LIFT) & (size >= STRONG), rows["z"], 0.0)
        better = z > self.z[rows["row"]]
        at = rows["row"][better]
        self.cohort[at], self.z[at] = number[better] + self.cohorts, z[better]
        self.cohorts += int(number.max(initial=-1)) + 1


def cohorts(accounts: Columns, resources: Resources = TWO_CORES) -> Cohorts:
    """Find the cohorts."""
    strongest = _Strongest(np.full(len(accounts), -1, dtype=np.int64), np.zeros(len(accounts)))
    if len(accounts) < LEAST:
        return Cohorts(np.empty((0, 2), dtype=np.int64), strongest.cohort)
    with duckdb.connect(config={"threads": resources.threads, "memory_limit": resources.memory}) as database:
        _load(database, accounts)
        beside = (*_of_one(database, len(accounts)), *_of_two(database, strongest))
        found = [row * len(accounts) + following for row, following in beside]
    return Cohorts(np.stack(np.divmod(distinct(np.concatenate(found)), len(accounts)), axis=1), strongest.cohort)


def _load(database: duckdb.DuckDBPyConnection, accounts: Columns) -> None:
    table: dict[str, NDArray[np.int32]] = {
        _name(link): accounts.of[link].code.astype(np.int32) for link in sorted({*ALONE, *THIN})
    }
    table["c"] = accounts.of[Link.COUNTRY].code.astype(np.int32)
    table["row"] = np.arange(len(accounts), dtype=np.int32)
    database.register("columns", table)
    database.execute("CREATE TABLE account AS SELECT * FROM columns")
    database.unregister("columns")


def _of_one(database: duckdb.DuckDBPyConnection, accounts: int) -> Iterator[tuple[Ints, Ints]]:
    most = max(SEVERAL_PEOPLE, int(COMMON * accounts))
    for link in ALONE:
        yield from _beside(database.execute(ALONE_SQL.format(a=_name(link), most=most)).fetchnumpy())


def _of_two(database: duckdb.DuckDBPyConnection, strongest: _Strongest) -> Iterator[tuple[Ints, Ints]]:
    for one, other in PAIRS:
        names = {"a": _name(one), "b": _name(other)}
        database.execute(COUNT_SQL.format(**names, least=LEAST, lift=LIFT))
        line = _line(database)
        if line is not None:
            rows = database.execute(MEMBER_SQL.format(**names, z=line)).fetchnumpy()
            strongest.see(rows)
            yield from _beside(rows)


def _beside(rows: dict[str, Any]) -> Iterator[tuple[Ints, Ints]]:
    """Each account of a cohort with the next ones in time."""
    row, cohort = rows["row"], rows["cohort"]
    for step in range(1, NEIGHBOURS + 1):
        same = cohort[:-step] == cohort[step:]
        yield row[:-step][same].astype(np.int64), row[step:][same].astype(np.int64)


def _line(database: duckdb.DuckDBPyConnection) -> float | None:
    """The z from which cohorts are found with at most so many false ones among them; None where none is."""
    z = np.sort(database.execute("SELECT z FROM found").fetchnumpy()["z"])[::-1]
    passing = np.flatnonzero(np.exp(-z) * len(z) <= FALSE_DISCOVERIES * np.arange(1, len(z) + 1))
    return float(z[passing[-1]]) if len(passing) else None


def _name(link: Link) -> str:
    return f"l{int(link)}"
