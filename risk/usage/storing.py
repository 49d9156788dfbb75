"""Windows into PostgreSQL, thousands in one copy, each counted once however often it comes."""

from collections.abc import Sequence
from typing import Final

from django.db import connection, transaction

from config.lib.peppers import number
from risk.usage import partitions
from risk.usage.rows import WindowRow

COLUMNS: Final = (
    "subject, start, address, client, network, provider, country, hosted, "
    "requests, input_tokens, output_tokens, sketches, spelling"
)
# What comes is copied into a table of this connection, for COPY itself can pass over no row that is there already.
ARRIVING_SQL: Final = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS usage_arriving ON COMMIT DELETE ROWS AS
    SELECT {COLUMNS} FROM {partitions.TABLE} WITH NO DATA
"""  # noqa: S608 - names of our own
COPY_SQL: Final = f"COPY usage_arriving ({COLUMNS}) FROM STDIN"
# In the order of the key, so that two who bring the same windows wait for each other in no circle.
STORE_SQL: Final = f"""
INSERT INTO {partitions.TABLE} ({COLUMNS})
SELECT {COLUMNS} FROM usage_arriving ORDER BY subject, start, address, client
ON CONFLICT (subject, start, address, client) DO NOTHING
"""  # noqa: S608 - names of our own


def store(rows: Sequence[WindowRow]) -> int:
    """Keep windows; how many were new. One that is there already stays as it was.

    Raises:
        django.db.DatabaseError: the database is away; then none is kept.

    """
    if not rows:
        return 0
    partitions.make(row.start for row in rows)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ARRIVING_SQL)
        with cursor.copy(COPY_SQL) as copy:
            copy.write("".join(map(_line, rows)))
        cursor.execute(STORE_SQL)
        stored: int = cursor.rowcount
        cursor.execute("TRUNCATE usage_arriving")  # where a transaction around this one goes on
    return stored


def _line(row: WindowRow) -> str:
    """A row as COPY reads it. All of it is numbers, a moment, and a country of two letters from our own data."""
    egress = row.egress
    return (
        f"{row.subject}\t{row.start.isoformat()}\t{egress.address}\t{row.client}\t{egress.network}\t{egress.provider}\t"
        f"{egress.country}\t{'t' if egress.hosted else 'f'}\t{row.requests}\t{row.input_tokens}\t{row.output_tokens}\t"
        f"{{{','.join(map(str, row.sketches))}}}\t{number()}\n"
    )


def is_reported() -> bool:
    """Whether any use was ever reported that is still kept: else it is not known, and not none."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {partitions.TABLE})")  # noqa: S608 - a name of our own
        (reported,) = cursor.fetchone()
    return bool(reported)
