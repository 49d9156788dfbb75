"""Cohorts: accounts that agree on one telling value, or on two things that seldom come together; in DuckDB.

A pair of values is a cohort where more accounts of a country show both than chance explains: n observed, l expected if
the two had nothing to do with each other. That n or more come by chance has at most the probability exp(-z), with
z = n ln(n/l) - (n - l) (Chernoff's bound of the Poisson distribution). Millions of pairs are tested at once, so the
false discovery rate is held (Y. Benjamini and Y. Hochberg, JRSS B 57, 1995).

What comes out are neighbours: each account of a cohort with the next two in time. All further work goes along these,
so that it grows with the accounts and never with their pairs. The SQL is plain and moves to a warehouse as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import duckdb
import numpy as np
from numpy.typing import NDArray

from risk.rings.columns import Columns, Ints
from risk.rings.links import KINDS, Link

NEIGHBOURS = 2
LEAST = 3  # accounts in a cohort of two things
LIFT = 2.5  # times as many as expected: a large honest group passes any test of significance by a little
FALSE_DISCOVERIES = 0.01  # share of cohorts that may come by chance
COMMON = 0.02  # share of all accounts beyond which a value alone ties nobody
SEVERAL_PEOPLE = 100  # but a value of so few is never common

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
    of_c AS (SELECT c, count(*) AS n FROM account GROUP BY ALL)
SELECT a, b, c, together.n * ln(together.n / (of_a.n::DOUBLE * of_b.n / of_c.n))
    - (together.n - of_a.n::DOUBLE * of_b.n / of_c.n) AS z
FROM together JOIN of_a USING (a, c) JOIN of_b USING (b, c) JOIN of_c USING (c)
WHERE together.n >= {least} AND together.n >= {lift} * of_a.n::DOUBLE * of_b.n / of_c.n
"""
PAIR_SQL = """
SELECT row, lead(row, {step}) OVER (PARTITION BY a, b, c ORDER BY row) AS next
FROM (SELECT account.row, a, b, account.c FROM account JOIN found
    ON account.{a} = found.a AND account.{b} = found.b AND account.c = found.c WHERE z >= {z})
QUALIFY next IS NOT NULL
"""
ALONE_SQL = """
SELECT row, lead(row, {step}) OVER (PARTITION BY {a} ORDER BY row) AS next
FROM account WHERE {a} IN (SELECT {a} FROM account WHERE {a} >= 0 GROUP BY ALL HAVING count(*) BETWEEN 2 AND {most})
QUALIFY next IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Resources:
    """What DuckDB may use."""

    threads: int = 2
    memory: str = "2GB"


TWO_CORES = Resources()


def neighbours(accounts: Columns, resources: Resources = TWO_CORES) -> Ints:
    """Pairs of row numbers, the earlier first, that stand next to each other in some cohort; each pair once."""
    if len(accounts) < LEAST:
        return np.empty((0, 2), dtype=np.int64)
    with duckdb.connect(config={"threads": resources.threads, "memory_limit": resources.memory}) as database:
        _load(database, accounts)
        found = list(_found(database, len(accounts)))
    return np.unique(np.concatenate(found), axis=0)


def _load(database: duckdb.DuckDBPyConnection, accounts: Columns) -> None:
    table: dict[str, NDArray[np.int32]] = {
        _name(link): accounts.of[link].code.astype(np.int32) for link in sorted({*ALONE, *THIN})
    }
    table["c"] = accounts.of[Link.COUNTRY].code.astype(np.int32)
    table["row"] = np.arange(len(accounts), dtype=np.int32)
    database.register("columns", table)
    database.execute("CREATE TABLE account AS SELECT * FROM columns")
    database.unregister("columns")


def _found(database: duckdb.DuckDBPyConnection, accounts: int) -> Iterator[Ints]:
    most = max(SEVERAL_PEOPLE, int(COMMON * accounts))
    for link in ALONE:
        for step in range(1, NEIGHBOURS + 1):
            yield _pairs(database, ALONE_SQL.format(a=_name(link), step=step, most=most))
    for one, other in PAIRS:
        names = {"a": _name(one), "b": _name(other)}
        database.execute(COUNT_SQL.format(**names, least=LEAST, lift=LIFT))
        line = _line(database)
        if line is not None:
            for step in range(1, NEIGHBOURS + 1):
                yield _pairs(database, PAIR_SQL.format(**names, step=step, z=line))


def _line(database: duckdb.DuckDBPyConnection) -> float | None:
    """The z from which cohorts are found with at most so many false ones among them; None where none is."""
    z = np.sort(database.execute("SELECT z FROM found").fetchnumpy()["z"])[::-1]
    passing = np.flatnonzero(np.exp(-z) * len(z) <= FALSE_DISCOVERIES * np.arange(1, len(z) + 1))
    return float(z[passing[-1]]) if len(passing) else None


def _pairs(database: duckdb.DuckDBPyConnection, sql: str) -> Ints:
    rows = database.execute(sql).fetchnumpy()
    return np.stack([rows["row"], rows["next"]], axis=1).astype(np.int64)


def _name(link: Link) -> str:
    return f"l{int(link)}"
