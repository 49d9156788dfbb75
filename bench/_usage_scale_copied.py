"""A history with use in PostgreSQL, many times over: `fill` is the part of bench/usage_scale.py that needs Django."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import django

django.setup()

import numpy as np  # noqa: E402 - Django is set up first
from django.db import connection, transaction  # noqa: E402 - as above
from django.db.backends.utils import CursorWrapper  # noqa: E402 - as above

from bench._rings_towns import OWN, OWN_DOMAIN  # noqa: E402 - as above
from bench._usage_history import History  # noqa: E402 - as above
from risk.rings.columns import Ints  # noqa: E402 - as above
from risk.rings.use.reading import LOOKED_BACK  # noqa: E402 - as above
from risk.usage import partitions  # noqa: E402 - as above

TABLES = """
CREATE TEMPORARY TABLE one_trace (subject bigint, at timestamptz, links bigint[], tells bigint[]);
CREATE TEMPORARY TABLE one_window (subject bigint, start timestamptz, address bigint, client bigint, network bigint,
    hosted boolean, requests integer, sketches bigint[])
"""
OWN_PLACES = ",".join(str(link + 1) for link in (*OWN, *OWN_DOMAIN))
# The first copy is as it was; in others people's own values are hashed with the copy's number.
TRACES = f"""
INSERT INTO risk_trace (subject, at, links, tells)
SELECT subject + copy * %(size)s, at, (
    SELECT array_agg(CASE WHEN value <> 0 AND place IN ({OWN_PLACES}) THEN hashint8extended(value, copy) ELSE value END
        ORDER BY place)
    FROM unnest(links) WITH ORDINALITY AS each (value, place)
), tells FROM one_trace, generate_series(%(first)s::bigint, %(last)s::bigint) AS copy
WHERE subject + copy * %(size)s <= %(accounts)s
"""  # noqa: S608 - numbers of our own
# A sketch keeps its distance from the others of its copy, and is far from those of all other copies.
USE = """
INSERT INTO risk_usagewindow (subject, start, address, client, network, provider, country, hosted, requests,
    input_tokens, output_tokens, sketches)
SELECT subject + copy * %(size)s, start, hashint8extended(address, copy), client,
    CASE WHEN network = 0 THEN 0 ELSE hashint8extended(network, copy) END, 0, '', hosted, requests,
    600 * requests, 400 * requests, ARRAY(SELECT sketch # hashint8extended(copy, 7) FROM unnest(sketches) AS sketch)
FROM one_window, generate_series(%(first)s::bigint, %(last)s::bigint) AS copy
WHERE subject + copy * %(size)s <= %(accounts)s
ON CONFLICT DO NOTHING
"""
AT_ONCE = 25  # copies in one statement


def fill(history: History, accounts: int, windows: int) -> datetime:
    """Store so many accounts and about so many windows; the moment at which all of it is known."""
    ends = datetime.fromtimestamp(history.ends, UTC)
    share = windows / accounts / (len(history.windows) / len(history))
    if share > 1:
        raise SystemExit(f"the history has {len(history.windows) / len(history):.0f} windows an account; ask for fewer")
    partitions.make(ends - timedelta(days=day) for day in range(LOOKED_BACK.days + 2))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TABLES)
        _copy(cursor, "one_trace", _traces(history))
        _copy(cursor, "one_window", _windows(history, share))
        for first in range(0, -(-accounts // len(history)), AT_ONCE):
            asked = {"size": len(history), "first": first, "last": first + AT_ONCE - 1, "accounts": accounts}
            cursor.execute(TRACES, asked)
            cursor.execute(USE, asked)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE risk_trace, risk_usagewindow")
    return ends


def _copy(cursor: CursorWrapper, table: str, lines: Iterator[str]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for line in lines:
            copy.write(line)


def _traces(history: History) -> Iterator[str]:
    for row, at in enumerate(history.at.tolist()):
        links, tells = _array(history.links[row]), _array(history.tells[row])
        yield f"{row + 1}\t{datetime.fromtimestamp(at, UTC).isoformat()}\t{links}\t{tells}\n"


def _windows(history: History, share: float) -> Iterator[str]:
    """A share of all windows, by lot; those of before the days looked back at are moved into them, by whole weeks."""
    windows, ends = history.windows, history.ends
    back = LOOKED_BACK / timedelta(seconds=1)
    start = ends - (ends - windows.start) % back
    kept = np.random.default_rng(1).random(len(windows)) < share
    first = np.searchsorted(windows.sketch_of, np.arange(len(windows) + 1))
    for place in np.flatnonzero(kept & (start > ends - back)).tolist():
        parts = (windows.address, windows.client, windows.network)
        hashes = "\t".join(str(part[place]) for part in parts)
        sketches = _array(windows.sketch[first[place] : first[place + 1]])
        began = datetime.fromtimestamp(float(start[place]), UTC).isoformat()
        hosted, requests = "t" if windows.hosted[place] else "f", windows.requests[place]
        yield f"{windows.row[place] + 1}\t{began}\t{hashes}\t{hosted}\t{requests}\t{sketches}\n"


def _array(values: Ints) -> str:
    return f"{{{','.join(map(str, values.tolist()))}}}"
