"""Cohorts by sorting arrays, beside the same as SQL in DuckDB: `python -m bench.cohorts [--accounts N]`.

The same made-up accounts (bench/_rings_towns.py; kept in GATEHOUSE_HOME/bench/rings) go to `risk.rings.cohorts`, as
detection calls it, and to the SQL of bench/_rings_sql.py in an embedded DuckDB, from the table in its memory to the
members of every cohort as arrays. Seconds are the processor's, of all cores. Ends with 1 where the two do not find
equally many members for every link and pair of links. The last line is DuckDB's seconds to those of arrays.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from bench import _rings_sql
from bench._rings_towns import TOWN, grown, make
from risk.rings.cohorts import ALONE, PAIRS, alone, cohorts, members
from risk.rings.columns import Columns

THREADS, MEMORY = 2, "2GB"
NOTHING = 1e300  # a z that no cohort has


def in_duckdb(accounts: Columns) -> list[int]:
    """How many members the cohorts of each link and each pair of links have, by the SQL."""
    with duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY}) as database:
        database.from_arrow(_rings_sql.account_table(accounts)).create("account")
        return list(_asked(database, accounts))


def _asked(database: duckdb.DuckDBPyConnection, accounts: Columns) -> Iterator[int]:
    for link in ALONE:
        yield len(database.execute(_rings_sql.of_one(link, len(accounts))).fetchnumpy()["row"])
    for one, other in PAIRS:
        count, line = _rings_sql.of_two(one, other)
        database.execute(count)
        z = database.execute(line).fetchall()[0][0]
        found = database.execute(_rings_sql.members(one, other, NOTHING if z is None else z)).fetchnumpy()
        yield len(found["row"])


def in_arrays(accounts: Columns) -> list[int]:
    """The same, by sorting."""
    together = [len(members(accounts, one, other).rows) for one, other in PAIRS]
    return [*(len(alone(accounts, link)[0]) for link in ALONE), *together]


def timed(work: Callable[[], object]) -> float:
    """The processor's seconds of some work."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> int:
    """Measure and tell; 1 where the two differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=TOWN)
    chosen = parser.parse_args()
    towns = Path(os.environ.get("GATEHOUSE_HOME", "var")) / "bench" / "rings"
    make(towns, -(-chosen.accounts // TOWN))
    accounts = grown(towns, chosen.accounts).columns()
    sorting = timed(lambda: cohorts(accounts))
    asked: list[int] = []
    asking = timed(lambda: asked.extend(in_duckdb(accounts)))
    found = in_arrays(accounts)
    same = sum(one == other for one, other in zip(asked, found, strict=True))
    print(f"{len(accounts):,} accounts: arrays {sorting:.2f} s, DuckDB {duckdb.__version__} {asking:.2f} s")
    print(f"{same} of {len(found)} links and pairs of links with equally many members ({sum(found):,})")
    print(f"ratio: {asking / sorting:.2f}")
    return int(same != len(found))


if __name__ == "__main__":
    sys.exit(main())
