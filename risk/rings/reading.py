"""Reading traces out of PostgreSQL as columns: in binary, a million in seconds."""

from collections.abc import Iterator

import numpy as np
from django.db import connection

from risk.models import Trace
from risk.rings.census import Census
from risk.rings.columns import Ints, Traces
from risk.rings.links import STORED
from risk.rings.tells import WORDS

HEAD_BYTES = 19  # the signature, flags and the length of an extension that is never there (PostgreSQL, COPY)
TRAILER = b"\xff\xff"  # what a copy ends with
FIELDS = 2 + STORED + WORDS
ROW = np.dtype([("fields", ">i2"), ("field", [("bytes", ">i4"), ("value", ">i8")], (FIELDS,))])
BLOCK_BYTES = 32 << 20
LATE = 10_000  # numbers of accounts back: one that was given earlier can be stored later
COMPARED = 64  # accounts of a census

COPY_SQL = f"""
COPY (SELECT subject, (extract(epoch FROM at) * 1000000)::bigint,
    {", ".join(f"coalesce(links[{place}], 0)" for place in range(1, STORED + 1))},
    {", ".join(f"coalesce(tells[{place}], 0)" for place in range(1, WORDS + 1))}
FROM risk_trace WHERE {{where}}) TO STDOUT (FORMAT BINARY)
"""  # noqa: S608 - numbers of our own


class UnreadableTraces(RuntimeError):
    """What the database sent is not of the form in which traces are read."""


def read() -> Traces:
    """The traces of every account.

    One that another version wrote can be shorter: of its missing links nothing was shown. A longer one is cut.

    Raises:
        UnreadableTraces: the database sends another form than that of binary copies.

    """
    return _read("true")


def since(census: Census) -> Traces | None:
    """The traces of those who came after the census, or None where it is no census of what is stored.

    What somebody gave later is not looked for, nor traces that were made later of those who came long before: the next
    full round reads them.

    Raises:
        UnreadableTraces: as in `read`.

    """
    if not len(census):
        return None
    newest = int(census.subjects.max())
    found = _read(f"subject > {newest - LATE}")
    new = found.some(~np.isin(found.subjects, census.subjects))
    before = Trace.objects.filter(subject__lte=newest).count() - int((new.subjects <= newest).sum())
    return new if before >= len(census) and _same_times(census) else None


def _same_times(census: Census) -> bool:
    """Whether some of the census came when it says: another database's accounts came at other times."""
    rows = np.linspace(0, len(census) - 1, min(len(census), COMPARED)).astype(np.int64)
    kept = dict(zip(census.subjects[rows].tolist(), census.at[rows].tolist(), strict=True))
    stored = {trace.subject: trace.at.timestamp() for trace in Trace.objects.filter(subject__in=kept).only("at")}
    return kept == stored


def _read(where: str) -> Traces:
    empty: Ints = np.empty((0, FIELDS), dtype=np.int64)
    values = np.concatenate([empty, *_blocks(COPY_SQL.format(where=where))])
    return Traces(values[:, 0], values[:, 1] / 1e6, values[:, 2 : 2 + STORED], values[:, 2 + STORED :])


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
