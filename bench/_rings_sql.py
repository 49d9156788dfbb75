"""Cohorts (risk/rings/cohorts.py) as SQL, for a warehouse: plain aggregates and joins, in DuckDB's words.

Of the table `account`, l1, l2 ... are the values of links as numbers, -1 for none; c is the country; rows stand in the
order of their times. For a link alone ALONE_SQL says who shares a value that few show; for two links COUNT_SQL finds
the pairs of values, LINE_SQL from which z they are believed, and MEMBER_SQL their accounts. Tests hold what they say
equal to what detection finds.
"""

import numpy as np
import pyarrow as pa

from risk.rings.cohorts import ALONE, COMMON, FALSE_DISCOVERIES, LEAST, LIFT, SEVERAL_PEOPLE, THIN
from risk.rings.columns import Columns
from risk.rings.links import Link

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
# The z from which at most this share of the cohorts are false ones (Benjamini and Hochberg).
LINE_SQL = """
SELECT min(z) FROM (
    SELECT z, exp(-z) * count(*) OVER () AS by_chance, row_number() OVER (ORDER BY z DESC) AS place FROM found
) AS ranked WHERE by_chance <= {false} * place
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


def account_table(accounts: Columns) -> pa.Table:
    """The table that the SQL reads."""
    columns = {name(link): accounts.of[link].code for link in sorted({*ALONE, *THIN})}
    columns["c"] = accounts.of[Link.COUNTRY].code
    columns["row"] = np.arange(len(accounts), dtype=np.int32)
    return pa.table(columns)


def of_one(link: Link, accounts: int) -> str:
    """Who shares a value of a link that few show, among so many accounts."""
    return ALONE_SQL.format(a=name(link), most=max(SEVERAL_PEOPLE, int(COMMON * accounts)))


def of_two(one: Link, other: Link) -> tuple[str, str]:
    """What finds the pairs of values of two links, and what says from which z they are believed."""
    count = COUNT_SQL.format(a=name(one), b=name(other), least=LEAST, lift=LIFT)
    return count, LINE_SQL.format(false=FALSE_DISCOVERIES)


def members(one: Link, other: Link, z: float) -> str:
    """Whose they are."""
    return MEMBER_SQL.format(a=name(one), b=name(other), z=z)


def name(link: Link) -> str:
    """The column of a link."""
    return f"l{int(link)}"
