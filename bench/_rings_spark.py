"""The SQL of cohorts (bench/_rings_sql.py) on Spark, beside DuckDB: `python -m bench._rings_spark RECORDS`.

Needs pyspark and a Java runtime, which Gatehouse itself does not. What differs between the two dialects is DIALECT;
all else is taken as it stands. Compared are the cohorts of two things with their z, and who is in cohorts of one and of
two.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from pyarrow import parquet
from pyspark.sql import SparkSession

from bench._rings_sql import account_table, members, of_one, of_two
from bench._rings_towns import Records
from risk.rings.cohorts import ALONE, PAIRS
from risk.rings.columns import Floats

DIALECT = {
    "CREATE OR REPLACE TEMP TABLE": "CREATE OR REPLACE TEMP VIEW",
    "row_number() OVER ()": "row_number() OVER (ORDER BY a, b, c)",
}
MEMBERS_SQL = "SELECT row, z FROM ({members}) ORDER BY row"
TELLING = 12.0  # the z of the cohorts whose members are compared
EVERY = 10  # one pair of links in so many is asked: planning alone takes Spark about a second each, at any size
TELLS_APART = 1e-6  # of z: sums of floating point come in another order


def statements(accounts: int) -> Iterator[tuple[str, str]]:
    """What makes something of the table, if anything has to, and what reads it."""
    for link in ALONE:
        yield "", of_one(link, accounts)
    for one, other in PAIRS[::EVERY]:
        made, line = of_two(one, other)
        yield made, "SELECT a, b, c, z FROM found ORDER BY a, b, c"
        yield "", line
        # Cohorts have no numbers that two engines would agree on: who is in one, and its z, have to be the same.
        yield "", MEMBERS_SQL.format(members=members(one, other, TELLING))


def in_spark(sql: str) -> str:
    """The same statement in Spark's dialect."""
    for ours, theirs in DIALECT.items():
        sql = sql.replace(ours, theirs)
    return sql


def main() -> None:
    """Run every statement on both, and hold the rows against each other."""
    stored = np.load(Path(sys.argv[1]))
    accounts = Records(*(stored[name] for name in Records.__slots__)).columns()
    file = Path(sys.argv[1]).with_name("account.parquet")
    parquet.write_table(account_table(accounts), file)
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    spark.conf.set("spark.sql.shuffle.partitions", "2")
    spark.sparkContext.setLogLevel("ERROR")
    spark.read.parquet(str(file)).cache().createOrReplaceTempView("account")
    same, rows, seconds = 0, 0, {"duckdb": 0.0, "spark": 0.0}
    with duckdb.connect(config={"threads": 2}) as database:
        database.from_parquet(str(file)).create("account")
        asked = list(statements(len(accounts)))
        for made, read in asked:
            started = time.perf_counter()
            if made:
                database.execute(made)
            ours = table_of(database.execute(read).to_arrow_table())
            seconds["duckdb"] += time.perf_counter() - started
            started = time.perf_counter()
            if made:
                spark.sql(in_spark(made))
            theirs = table_of(spark.sql(in_spark(read)).toArrow())
            seconds["spark"] += time.perf_counter() - started
            same += alike(ours, theirs)
            rows += ours.shape[1]
    spent = ", ".join(f"{engine} {each:.1f} s" for engine, each in seconds.items())
    print(f"Spark {spark.version}: {same} of {len(asked)} statements gave the same rows ({rows:,}); {spent}")
    spark.stop()
    sys.exit(same != len(asked))


def table_of(rows: pa.Table) -> Floats:
    """A result as numbers, columns by rows."""
    return np.array([column.to_numpy().astype(np.float64) for column in rows.columns])


def alike(ours: Floats, theirs: Floats) -> bool:
    """Whether two results are the same rows in the same order."""
    return ours.shape == theirs.shape and np.allclose(ours, theirs, rtol=TELLS_APART, atol=TELLS_APART)


if __name__ == "__main__":
    main()
