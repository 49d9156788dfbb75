"""Reading traces out of PostgreSQL as columns: in binary, a million in seconds."""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
from django.db import connection

from risk.rings.columns import Columns, columns
from risk.rings.links import STORED
from risk.rings.tells import WORDS

HEAD_BYTES = 19  # the signature, flags and the length of an extension that is never there (PostgreSQL, COPY)
TRAILER = b"\xff\xff"  # what a copy ends with
FIELDS = 2 + STORED + WORDS
ROW = np.dtype([("fields", ">i2"), ("field", [("bytes", ">i4"), ("value", ">i8")], (FIELDS,))])
BLOCK_BYTES = 32 << 20

COPY_SQL = f"""
COPY (SELECT subject, (extract(epoch FROM at) * 1000000)::bigint,
    {", ".join(f"coalesce(links[{place}], 0)" for place in range(1, STORED + 1))},
    {", ".join(f"coalesce(tells[{place}], 0)" for place in range(1, WORDS + 1))}
FROM risk_trace WHERE {{where}}) TO STDOUT (FORMAT BINARY)
"""  # noqa: S608 - numbers of our own


class UnreadableTraces(RuntimeError):
    """What the database sent is not of the form in which traces are read."""


def read(*, since: datetime | None = None) -> Columns:
    """The traces of every account, or of those who came since a moment.

    One that another version wrote can be shorter: of its missing links nothing was shown. A longer one is cut.

    Raises:
        UnreadableTraces: the database sends another form than that of binary copies.

    """
    where = "true" if since is None else f"at >= '{since.isoformat()}'::timestamptz"
    values = np.concatenate([np.empty((0, FIELDS), dtype=np.int64), *_blocks(COPY_SQL.format(where=where))])
    links, tells = values[:, 2 : 2 + STORED], values[:, 2 + STORED :]
    return columns(values[:, 0], values[:, 1] / 1e6, links, tells)


def _blocks(sql: str) -> Iterator[np.ndarray[tuple[int, int], np.dtype[np.int64]]]:
    """The rows' values, block by block."""
    waiting = bytearray()
    first = True
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        for part in copy:
            waiting += part
            if len(waiting) >= BLOCK_BYTES:
                yield _values(waiting, first=first)
                first = False
    yield _values(waiting, first=first)
    if waiting != TRAILER:
        raise UnreadableTraces("the copy of the traces is not of the form that is read here")


def _values(waiting: bytearray, *, first: bool) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Take the whole rows out of what has come."""
    if first:
        del waiting[:HEAD_BYTES]
    whole = len(waiting) // ROW.itemsize
    rows = np.frombuffer(bytes(waiting[: whole * ROW.itemsize]), dtype=ROW)
    del waiting[: whole * ROW.itemsize]
    if not ((rows["fields"] == FIELDS).all() and (rows["field"]["bytes"] == 8).all()):
        raise UnreadableTraces("the copy of the traces is not of the form that is read here")
    return rows["field"]["value"].astype(np.int64)
