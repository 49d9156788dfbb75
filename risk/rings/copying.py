"""Numbers out of PostgreSQL as arrays: COPY in binary, a million rows in seconds.

A row of a copy comes as a message of its own, and taking these is most of the work. Of tables with many rows those of
some pages come as one message, each column an array (`columns`).
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from django.db import connection

HEAD_BYTES: Final = 19  # the signature, flags and the length of an extension that is never there (PostgreSQL, COPY)
TRAILER: Final = b"\xff\xff"  # what a copy ends with
BLOCK_BYTES: Final = 32 << 20
PAGES: Final = 1024  # of a table, whose rows come as one

ROW: Final = struct.Struct(">h")  # how many fields follow
FIELD: Final = struct.Struct(">i")  # how many bytes follow
# What an array is sent with (PostgreSQL, array_send): its dimensions, whether some of it is NULL, the type of what it
# holds, and how many there are from which number on.
ARRAY: Final = struct.Struct(">iiIii")
UNREADABLE: Final = "the copy is not of the form that is read here"
HELD: Final = np.dtype([("bytes", ">i4"), ("value", ">i8")])

Numbers = np.ndarray[tuple[int, int], np.dtype[np.int64]]
Column = np.ndarray[tuple[int], np.dtype[np.int64]]


class UnreadableCopy(RuntimeError):
    """What the database sent is not of the form in which numbers are read."""


def numbers(query: str, fields: int) -> Numbers:
    """The rows of a query of so many bigints, none of them NULL: an array of rows by fields.

    Raises:
        UnreadableCopy: the database sends another form than that of binary copies, or of other fields.

    """
    empty: Numbers = np.empty((0, fields), dtype=np.int64)
    return np.concatenate([empty, *_blocks(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", fields)])


def columns(names: Sequence[str], table: str, *, beside: str = "", where: str = "true") -> Iterator[list[Column]]:
    """The rows of a table, those of some pages after those of others: each column an array.

    `names` are of columns or expressions of 8 bytes, none of them NULL; `beside` is what the table is joined with. Each
    piece is a statement of its own: rows that are written meanwhile may or may not be among them, and one that is moved
    by an update may come twice.

    Raises:
        UnreadableCopy: the database sends another form than that of binary copies, or of arrays of 8 bytes.

    """
    arrays = ", ".join(f"array_send(array_agg({name}))" for name in names)
    for pages in _pages(table):
        some = f"FROM {table} {beside} WHERE {pages} AND {where} HAVING count(*) > 0"
        yield from _arrays(f"SELECT {arrays} {some}", names)


def _pages(table: str) -> Iterator[str]:
    """Conditions by which a table falls into pieces; the last one has what is added meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s::regclass) / current_setting('block_size')::int", [table])
        number = cursor.fetchone()[0]
    for first in range(0, max(number, 1), PAGES):
        end = f" AND {table}.ctid < '({first + PAGES},0)'" if first + PAGES < number else ""
        yield f"{table}.ctid >= '({first},0)'{end}"


def _arrays(query: str, names: Sequence[str]) -> Iterator[list[Column]]:
    """The one row of a query, or none, as arrays."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)") as copy:
        sent = b"".join(copy)
    place = HEAD_BYTES
    if sent[place:] == TRAILER:
        return
    try:
        (fields,) = ROW.unpack_from(sent, place)
        place += ROW.size
        found = []
        for _ in range(fields):
            (length,) = FIELD.unpack_from(sent, place)
            place += FIELD.size
            found.append(_array(sent, place, length))
            place += length
    except (struct.error, ValueError) as error:
        raise UnreadableCopy(UNREADABLE) from error
    if sent[place:] != TRAILER or len(found) != len(names):
        raise UnreadableCopy(UNREADABLE)
    yield found


def _array(sent: bytes, place: int, length: int) -> Column:
    dimensions, some_null, _, number, _ = ARRAY.unpack_from(sent, place)
    if dimensions != 1 or some_null or ARRAY.size + number * HELD.itemsize != length:
        raise UnreadableCopy(UNREADABLE)
    held = np.frombuffer(sent, HELD, number, place + ARRAY.size)
    if not (held["bytes"] == 8).all():
        raise UnreadableCopy(UNREADABLE)
    return held["value"].astype(np.int64)


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
        raise UnreadableCopy(UNREADABLE)


def _values(waiting: bytearray, row: np.dtype[np.void], fields: int, *, first: bool) -> Numbers:
    """Take the whole rows out of what has come."""
    if first:
        del waiting[:HEAD_BYTES]
    whole = len(waiting) // row.itemsize
    rows = np.frombuffer(bytes(waiting[: whole * row.itemsize]), dtype=row)
    del waiting[: whole * row.itemsize]
    if not ((rows["fields"] == fields).all() and (rows["field"]["bytes"] == 8).all()):
        raise UnreadableCopy(UNREADABLE)
    values: Numbers = rows["field"]["value"].astype(np.int64)
    return values
