"""Arrays for PostgreSQL as text: adapting their numbers one by one costs more than the query that they are for."""

from collections.abc import Iterable
from datetime import date


def array(values: Iterable[float | date | None]) -> str:
    """Numbers and moments as the text of an array, for `%s::bigint[]` and its like; None is NULL.

    Text is not taken: it would have to be quoted.
    """
    return "{" + ",".join(map(_element, values)) + "}"


def arrays(rows: Iterable[Iterable[int]]) -> str:
    """Several arrays of whole numbers, for `%s::text[]` each element of which is then cast to `bigint[]`.

    Arrays of arrays would have to be of one length, and unnest would take them apart to the last number.
    """
    return "{" + ",".join(f'"{array(row)}"' for row in rows) + "}"


def _element(value: float | date | None) -> str:
    if value is None:
        return "NULL"
    return f'"{value}"' if isinstance(value, date) else str(value)  # a moment holds a blank
