"""Tallies in the database: adding to them, and adding them up."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Sum

from risk.groups import OTHER, Dimension, is_group
from verification.friction.report import COUNTED, Counts
from verification.friction_models import FrictionTally

VALUES_MOST = 300  # new values of a dimension and day; made-up browsers and languages must not fill the table
KNOWN_DAYS = 30  # who came in this time ...
KNOWN_FROM = 10  # ... so often keeps a row, however many made-up names came before on the day

Cell = tuple[date, Dimension, str]

ADD_SQL = """
INSERT INTO verification_frictiontally AS kept (day, dimension, value, {fields})
SELECT day, dimension, value, {fields}
FROM jsonb_to_recordset(%s::jsonb) AS new (day date, dimension text, value text, {columns})
ORDER BY day, dimension, value
ON CONFLICT (day, dimension, value) DO UPDATE SET {sums}
""".format(
    fields=", ".join(COUNTED),
    columns=", ".join(f"{name} int" for name in COUNTED),
    sums=", ".join(f"{name} = kept.{name} + excluded.{name}" for name in COUNTED),
)


@dataclass(frozen=True, slots=True)
class Tick:
    """One account that counts in its groups on the day of its signup."""

    day: date
    groups: Mapping[Dimension, str]
    counts: tuple[str, ...]
    by: int = 1  # -1 takes back


def add(ticks: Iterable[Tick]) -> None:
    """Add to the tallies, in the transaction of the caller, who alone does so."""
    cells: dict[Cell, Counter[str]] = {}
    for tick in ticks:
        for dimension, value in tick.groups.items():
            cell = cells.setdefault((tick.day, dimension, value), Counter())
            for name in tick.counts:
                cell[name] += tick.by
    kept = _bounded(cells)
    rows = [
        {"day": day.isoformat(), "dimension": dimension, "value": value, **{name: cell[name] for name in COUNTED}}
        for (day, dimension, value), cell in kept.items()
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(ADD_SQL, [json.dumps(rows)])


def totals(first: date, last: date) -> dict[tuple[Dimension, str], Counts]:
    """The counts of each group over days, the first and the last with them.

    What was counted under another name than it is taken back by, for want of room, is not told below 0.
    """
    days = FrictionTally.objects.filter(day__gte=first, day__lte=last).values_list("dimension", "value")
    summed = days.annotate(**{f"all_{name}": Sum(name) for name in COUNTED}).order_by("dimension", "value")
    return {
        (Dimension(dimension), value): Counts(*(max(0, count) for count in counts))
        for dimension, value, *counts in summed
    }


def forget(before: date) -> None:
    """Delete the tallies of days that no report looks at any more."""
    FrictionTally.objects.filter(day__lt=before).delete()


def _bounded(cells: Mapping[Cell, Counter[str]]) -> dict[Cell, Counter[str]]:
    """With what is beyond the bound of its day counted as OTHER."""
    found: dict[Cell, Counter[str]] = {}
    admitted = {key: _admitted(*key) for key in {(day, dimension) for day, dimension, _ in cells}}
    for (day, dimension, value), cell in cells.items():
        rows, known = admitted[day, dimension]
        if value not in rows and value not in known and is_group(value):
            if len(rows) >= VALUES_MOST:
                value = OTHER  # noqa: PLW2901 - the same cell under its other name
            else:
                rows.add(value)
        found.setdefault((day, dimension, value), Counter()).update(cell)
    return found


def _admitted(day: date, dimension: Dimension) -> tuple[set[str], set[str]]:
    """The values that have a row on the day, and those that were there often before."""
    rows = FrictionTally.objects.filter(dimension=dimension)
    before = rows.filter(day__gte=day - timedelta(days=KNOWN_DAYS), day__lt=day).values("value")
    often = before.annotate(n=Sum("allow") + Sum("challenge") + Sum("review") + Sum("deny")).filter(n__gte=KNOWN_FROM)
    return set(rows.filter(day=day).values_list("value", flat=True)), set(often.values_list("value", flat=True))
