"""What values from outside become before they land in Facts: short, storable as jsonb, inside a sane range.

PostgreSQL's jsonb takes neither NUL nor lone surrogates nor NaN; a count beyond its range or a text without end tells
nothing and would only make facts large.
"""

import math

TEXT_MAX = 128  # characters; the longest honest value is a WebGL renderer of about 110
COUNT_MAX = 2**31 - 1


def clean(text: str | None, *, limit: int = TEXT_MAX) -> str | None:
    """The text cut to `limit` characters and rid of what no person can read; None when nothing is left."""
    if not text:
        return None
    cut = text[:limit]
    if not cut.isprintable():  # false for NUL, control characters and surrogates
        cut = "".join(filter(str.isprintable, cut))
    return cut.strip() or None


def count(value: int | None, *, most: int = COUNT_MAX) -> int | None:
    """A count between 0 and `most`; None for what cannot be one."""
    return value if value is not None and 0 <= value <= most else None


def number(value: float | None) -> float | None:
    """A finite number from 0 up; None for what is not one."""
    return value if value is not None and value >= 0 and math.isfinite(value) else None
