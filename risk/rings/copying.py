"""Numbers out of PostgreSQL as arrays: COPY in binary, a million rows in seconds."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from django.db import connection

HEAD_BYTES: Final = 19  # the signature, flags and the length of an extension that is never there (PostgreSQL, COPY)
TRAILER: Final = b"\xff\xff"  # what a copy ends with
BLOCK_BYTES: Final = 32 << 20

Numbers = np.ndarray[tuple[int, int], np.dtype[np.int64]]


class UnreadableCopy(RuntimeError):
    """What the database sent is not of the form in which numbers are read."""


def numbers(query: str, fields: int) -> Numbers:
    """The rows of a query of so many bigints, none of them NULL: an array of rows by fields.

    Raises:
        UnreadableCopy: the database sends another form than that of binary copies, or of other fields.

    """
    empty: Numbers = np.empty((0, fields), dtype=np.int64)
    return np.concatenate([empty, *_blocks(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", fields)])


def _blocks(sql: str, fields: int) -> Iterator[Numbers]:
    """The rows' values, block by block."""
    row = np.dtype([("fields", ">i2"), ("field", [("bytes", ">i4"), ("value", ">i8")], (fields,))])
    waiting = bytearray()
    first = True
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        for part in copy:
            waiting += part
            if len(waiting) >= BLOCK_BYTES:
                yield _values(waiting, row, fields, first=first)
                first = False
    yield _values(waiting, row, fields, first=first)
    if waiting != TRAILER:
        raise UnreadableCopy("the copy is not of the form that is read here")


def _values(waiting: bytearray, row: np.dtype[np.void], fields: int, *, first: bool) -> Numbers:
    """Take the whole rows out of what has come."""
    if first:
        del waiting[:HEAD_BYTES]
    whole = len(waiting) // row.itemsize
    rows = np.frombuffer(bytes(waiting[: whole * row.itemsize]), dtype=row)
    del waiting[: whole * row.itemsize]
    if not ((rows["fields"] == fields).all() and (rows["field"]["bytes"] == 8).all()):
        raise UnreadableCopy("the copy is not of the form that is read here")
    values: Numbers = rows["field"]["value"].astype(np.int64)
    return values
