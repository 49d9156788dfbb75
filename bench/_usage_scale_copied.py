"""A history with use in PostgreSQL, many times over: `fill` is the part of bench/usage_scale.py that needs Django."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import django

django.setup()

import numpy as np  # noqa: E402 - Django is set up first
from django.db import connection, transaction  # noqa: E402 - as above
from django.db.backends.utils import CursorWrapper  # noqa: E402 - as above

from bench._rings_towns import MIX, OWN, OWN_DOMAIN  # noqa: E402 - as above
from bench._usage_history import History  # noqa: E402 - as above
from risk.rings.columns import LARGEST, Ints  # noqa: E402 - as above
from risk.rings.links import Link  # noqa: E402 - as above
from risk.rings.use.tallies import LOOKED_BACK  # noqa: E402 - as above
from risk.usage import partitions  # noqa: E402 - as above

TABLES = """
CREATE TEMPORARY TABLE one_window (subject bigint, start timestamptz, address bigint, client bigint, network bigint,
    hosted boolean, requests integer, sketches bigint[]) ON COMMIT DROP
"""
# What is a copy's own is another's nowhere; a sketch keeps its distance from the others of its copy.
USE = """
INSERT INTO risk_usagewindow (subject, start, address, client, network, provider, country, hosted, requests,
    input_tokens, output_tokens, sketches)
SELECT subject + %(before)s, start, address # %(own)s, client,
    CASE WHEN network = 0 THEN 0 ELSE network # %(own)s END, 0, '', hosted, requests,
    600 * requests, 400 * requests, ARRAY(SELECT sketch # %(own)s FROM unnest(sketches) AS sketch)
FROM one_window WHERE subject + %(before)s <= %(accounts)s
ON CONFLICT DO NOTHING
"""
# What people of one country, or with one kind of device, change with each other from copy to copy: else each would
# stand there many times over, as an operator's accounts do.
CHANGED: tuple[tuple[Link, tuple[Link, ...]], ...] = (
    (
        Link.SYSTEM,
        (
            Link.PRINT,
            Link.CANVAS,
            Link.HARDWARE,
            Link.AGENT,
            Link.FONTS,
            Link.GRAPHICS,
            Link.SCREEN,
            Link.PROCESSOR,
        ),
    ),
    (Link.COUNTRY, (Link.TEMPLATE, Link.NAME)),
    (Link.COUNTRY, (Link.BIN, Link.CARD_KIND)),
    (Link.COUNTRY, (Link.CARRIER,)),
    (Link.COUNTRY, (Link.FORM,)),
)


def fill(history: History, accounts: int, windows: int) -> datetime:
    """Store so many accounts and about so many windows; the moment at which all of it is known."""
    ends = datetime.fromtimestamp(history.ends, UTC)
    share = windows / accounts / (len(history.windows) / len(history))
    if share > 1:
        raise SystemExit(f"the history has {len(history.windows) / len(history):.0f} windows an account; ask for fewer")
    partitions.make(ends - timedelta(days=day) for day in range(LOOKED_BACK.days + 2))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TABLES)
        _copy(cursor, "one_window", _windows(history, share))
        for number in range(-(-accounts // len(history))):
            before = number * len(history)
            _copy(cursor, "risk_trace (subject, at, links, tells)", _traces(history, number, accounts - before))
            cursor.execute(USE, {"before": before, "own": _own(number), "accounts": accounts})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE risk_trace, risk_usagewindow")
    return ends


def _copy(cursor: CursorWrapper, table: str, lines: Iterator[str]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for line in lines:
            copy.write(line)


def _own(number: int) -> int:
    """What is added, bit by bit, to the values that are a copy's own; nothing to the first's."""
    return number * MIX & LARGEST


def copied(history: History, number: int) -> Ints:
    """The traces of a copy."""
    links, honest = history.links.copy(), np.flatnonzero(history.honest)
    if not number:
        return links
    for link in (*OWN, *OWN_DOMAIN):
        links[:, link] = np.where(links[:, link] != 0, links[:, link] ^ _own(number), 0)
    dice = np.random.default_rng(number)
    for context, part in CHANGED:
        among = links[honest, context]
        there = honest[np.argsort(among, kind="stable")]
        from_ = honest[np.lexsort((dice.random(len(honest)), among))]
        for link in part:
            links[there, link] = links[from_, link]
    return links


def _traces(history: History, number: int, most: int) -> Iterator[str]:
    links, before = copied(history, number), number * len(history)
    for row, at in enumerate(history.at[:most].tolist()):
        arrays = f"{_array(links[row])}\t{_array(history.tells[row])}"
        yield f"{before + row + 1}\t{datetime.fromtimestamp(at, UTC).isoformat()}\t{arrays}\n"


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
