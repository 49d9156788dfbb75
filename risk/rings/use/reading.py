"""Reading use out of PostgreSQL, added up: exits, sketches and days of the accounts that are looked at."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import numpy as np
from django.db.models import Max

from risk.models import UsageWindow
from risk.rings.columns import Columns, Ints
from risk.rings.copying import numbers
from risk.rings.links import Link
from risk.rings.use.evidence import evidence
from risk.rings.use.judging import Shown
from risk.rings.use.tallies import LOOKED_BACK, Asked, Days, Exits, Use, joined
from risk.usage.partitions import TABLE, WEEK, weeks

# Sketches are many; of more windows than these, as many are looked at, by a hash of account and hour.
SKETCHED: Final = 10_000_000
# Added up here and not there: PostgreSQL takes six times as long to group as to send. A moment is sent as it is stored,
# in microseconds since PostgreSQL's epoch.
WINDOWS_SQL: Final = f"""
SELECT subject, start, address, network, client, requests::bigint, hosted::int::bigint FROM {TABLE} WHERE {{during}}
"""  # noqa: S608 - names of our own
ASKED_SQL: Final = f"""
SELECT subject, sketch FROM {TABLE}, unnest(sketches) AS sketch
WHERE {{during}} AND (hashint8(subject # (date_part('epoch', start) / 3600)::bigint) & 1023) < {{share}}
"""  # noqa: S608 - as above
SHARES: Final = 1024
NOBODY: Final = -1
HOURS, DAY = 24, 86_400  # hours of a day, and its seconds
EPOCH: Final = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())  # PostgreSQL's
MICROSECONDS: Final = 1_000_000


def read(accounts: Columns, at: datetime) -> Shown | None:
    """What accounts did in the last weeks of which use was reported until a moment, or None where none was.

    Raises:
        UnreadableCopy: the database sends another form than that of binary copies.

    """
    newest = _newest(at)
    if newest is None:
        return None
    rows = _Rows(accounts.subjects)
    periods = list(_periods(newest))
    called, windows = [], 0
    for during in periods:
        of_week = numbers(WINDOWS_SQL.format(during=during), 7)
        windows += len(of_week)
        called.append(_called(rows.of(of_week)))
    share = max(1, min(SHARES, SHARES * SKETCHED // max(windows, 1)))
    asked = [_asked(rows.of(numbers(ASKED_SQL.format(during=during, share=share), 2))) for during in periods]
    signed_up = accounts.of[Link.NETWORK]
    network = np.where(accounts.of[Link.SERVED].code < 0, np.append(signed_up.values, 0)[signed_up.code], 0)
    return evidence(
        Use(
            network,
            accounts.at.astype(np.int64) // DAY,
            joined([exits for exits, _ in called]),
            joined(asked),
            joined([days for _, days in called]),
        )
    )


def _periods(newest: datetime) -> Iterator[str]:
    """The weeks that are looked back at, as conditions: a week's windows are held in memory at once."""
    begins = newest - LOOKED_BACK
    while begins < newest:
        ends = min(begins + WEEK, newest)
        yield f"start > '{begins.isoformat()}' AND start <= '{ends.isoformat()}'"
        begins = ends


def _called(windows: Ints) -> tuple[Exits, Days]:
    """Exits and days of windows, added up."""
    rows, start, address, network, client, requests, hosted = windows.T
    hour = (start // MICROSECONDS + EPOCH) // (DAY // HOURS)
    day, told = hour // HOURS, address != 0
    exits = Exits(rows, address, network, client, np.ones_like(rows), hosted > 0, day, day)
    return exits.some(told).added(), Days(rows, day, requests, 1 << hour % HOURS).added()


def _asked(sketches: Ints) -> Asked:
    rows, sketch = sketches.T
    return Asked(rows, sketch, np.ones_like(rows)).added()


def _newest(at: datetime) -> datetime | None:
    """When the last window began. A history that was taken in can have ended long ago."""
    for week in sorted(weeks(), reverse=True):
        begins = datetime(week.year, week.month, week.day, tzinfo=UTC)
        newest: datetime | None = UsageWindow.objects.filter(
            start__gte=begins, start__lt=begins + WEEK, start__lte=at
        ).aggregate(newest=Max("start"))["newest"]
        if newest is not None:
            return newest
    return None


class _Rows:
    """The row of each subject: by a table of numbers up to the highest, since keys are given out in a row."""

    def __init__(self, subjects: Ints) -> None:
        self._row = np.full(int(subjects.max(initial=0)) + 2, NOBODY, dtype=np.int32)
        self._row[subjects] = np.arange(len(subjects))

    def of(self, table: Ints) -> Ints:
        """A table with rows in place of subjects, without those that are not looked at."""
        row = self._row[np.minimum(table[:, 0], len(self._row) - 1)]
        known = row != NOBODY
        found: Ints = table[known]
        found[:, 0] = row[known]
        return found
