"""Reading use out of PostgreSQL, added up: exits, sketches and days of the accounts that are looked at."""

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
from risk.rings.use.tallies import LOOKED_BACK, Asked, Days, Exits, Use
from risk.usage.partitions import TABLE, WEEK, weeks

# Sketches are many; of more windows than these, as many are looked at, by a hash of account and hour.
SKETCHED: Final = 10_000_000
COUNT_SQL: Final = f"SELECT count(*)::bigint FROM {TABLE} WHERE {{during}}"  # noqa: S608 - names of our own
EXITS_SQL: Final = f"""
SELECT subject, address, network, client, count(*)::bigint, bool_or(hosted)::int::bigint,
       extract(epoch FROM min(start))::bigint / 86400, extract(epoch FROM max(start))::bigint / 86400
FROM {TABLE} WHERE {{during}} AND address <> 0 GROUP BY subject, address, network, client
"""  # noqa: S608 - as above
ASKED_SQL: Final = f"""
SELECT subject, sketch, count(*)::bigint FROM {TABLE}, unnest(sketches) AS sketch
WHERE {{during}} AND (hashint8(subject # (extract(epoch FROM start) / 3600)::bigint) & 1023) < {{share}}
GROUP BY subject, sketch
"""  # noqa: S608 - as above
DAYS_SQL: Final = f"""
SELECT subject, (extract(epoch FROM start)::bigint / 86400), sum(requests)::bigint,
       bit_or(1 << extract(hour FROM start AT TIME ZONE 'UTC')::int)::bigint
FROM {TABLE} WHERE {{during}} GROUP BY 1, 2
"""  # noqa: S608 - as above
SHARES: Final = 1024
DAY: Final = 86_400  # seconds


def read(accounts: Columns, at: datetime) -> Shown | None:
    """What accounts did in the last weeks of which use was reported until a moment, or None where none was.

    Raises:
        UnreadableCopy: the database sends another form than that of binary copies.

    """
    newest = _newest(at)
    if newest is None:
        return None
    during = f"start > '{(newest - LOOKED_BACK).isoformat()}' AND start <= '{newest.isoformat()}'"
    windows = int(numbers(COUNT_SQL.format(during=during), 1)[0, 0])
    rows = _Rows(accounts.subjects)
    signed_up = accounts.of[Link.NETWORK]
    network = np.where(accounts.of[Link.SERVED].code < 0, np.append(signed_up.values, 0)[signed_up.code], 0)
    share = max(1, min(SHARES, SHARES * SKETCHED // windows))
    exits = rows.of(numbers(EXITS_SQL.format(during=during), 8))
    asked = rows.of(numbers(ASKED_SQL.format(during=during, share=share), 3))
    days = rows.of(numbers(DAYS_SQL.format(during=during), 4))
    return evidence(
        Use(
            network,
            accounts.at.astype(np.int64) // DAY,
            Exits(
                exits[:, 0],
                exits[:, 1],
                exits[:, 2],
                exits[:, 3],
                exits[:, 4],
                exits[:, 5] > 0,
                exits[:, 6],
                exits[:, 7],
            ),
            Asked(*asked.T),
            Days(*days.T),
        )
    )


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
    """The row of each subject."""

    def __init__(self, subjects: Ints) -> None:
        self._order = np.argsort(subjects)
        self._subjects = subjects[self._order]

    def of(self, table: Ints) -> Ints:
        """A table with rows in place of subjects, without those that are not looked at."""
        place = np.minimum(np.searchsorted(self._subjects, table[:, 0]), len(self._subjects) - 1)
        known = self._subjects[place] == table[:, 0]
        found: Ints = table[known]
        found[:, 0] = self._order[place[known]]
        return found
