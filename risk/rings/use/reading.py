"""Reading use out of PostgreSQL, added up: exits, sketches and days of the accounts that are looked at."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final, TypeVar

import numpy as np
from django.db.models import Max

from risk.models import UsageWindow
from risk.rings.columns import Columns, Ints
from risk.rings.copying import columns
from risk.rings.links import Link
from risk.rings.use.evidence import evidence, templates
from risk.rings.use.judging import Shown
from risk.rings.use.tallies import LOOKED_BACK, Asked, Days, Exits, Use, joined
from risk.usage.partitions import WEEK, name, week_of, weeks

# Sketches are many; of more windows than these, as many are looked at, by a hash of account and hour.
SKETCHED: Final = 10_000_000
# Added up here and not there: PostgreSQL takes far longer to group than to send. A moment is sent as it is stored,
# in microseconds since PostgreSQL's epoch.
CALLED: Final = ("subject", "start", "address", "network", "client", "requests::bigint", "hosted::int::bigint")
ASKED: Final = ("subject", "sketch")
EACH_SKETCH: Final = "CROSS JOIN unnest(sketches) AS sketch"
LOOKED_AT: Final = "(hashint8(subject # (date_part('epoch', start) / 3600)::bigint) & 1023) < {share}"
SHARES: Final = 1024
AT_ONCE: Final = 4_000_000  # rows that are added up together
NOBODY: Final = -1
HOURS, DAY = 24, 86_400  # hours of a day, and its seconds
EPOCH: Final = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())  # PostgreSQL's
MICROSECONDS: Final = 1_000_000
Added = TypeVar("Added")


def read(accounts: Columns, at: datetime) -> Shown | None:
    """What accounts did in the last weeks of which use was reported until a moment, or None where none was.

    Raises:
        UnreadableCopy: the database sends another form than that of binary copies.

    """
    newest = _newest(at)
    if newest is None:
        return None
    begins, rows = newest - LOOKED_BACK, _Rows(accounts.subjects)
    during = f"start > '{begins.isoformat()}' AND start <= '{newest.isoformat()}'"
    read = [name(week) for week in sorted(weeks()) if week_of(begins) <= week <= week_of(newest)]
    windows = (piece for week in read for piece in columns(CALLED, week, where=during))
    with ThreadPoolExecutor(1) as beside:
        called, number = _in_parts(windows, len(CALLED), lambda part: _called(rows.of(part)), beside)
        calls = beside.submit(_joined_calls, called)
        some = f"{during} AND {LOOKED_AT.format(share=max(1, min(SHARES, SHARES * SKETCHED // max(number, 1))))}"
        sketches = (piece for week in read for piece in columns(ASKED, week, beside=EACH_SKETCH, where=some))
        asked, _ = _in_parts(sketches, len(ASKED), lambda part: _asked(rows.of(part)), beside)
    signed_up, (exits, days) = accounts.of[Link.NETWORK], calls.result()
    return evidence(
        Use(
            np.where(accounts.of[Link.SERVED].code < 0, np.append(signed_up.values, 0)[signed_up.code], 0),
            accounts.at.astype(np.int64) // DAY,
            exits,
            templates(_joined_sketches(asked), len(accounts)),
            days,
        )
    )


def _in_parts(
    pieces: Iterable[Sequence[Ints]], fields: int, add: Callable[[Sequence[Ints]], Added], beside: Executor
) -> tuple[list[Future[Added]], int]:
    """Pieces of a table, added up by parts while the next ones are read; and how many rows they had.

    There is one part at least. No more than two are held in memory as they came.
    """
    added: list[Future[Added]] = []
    waiting: list[Sequence[Ints]] = [[np.empty(0, dtype=np.int64)] * fields]
    number = fresh = 0

    def hand_over() -> None:
        part = [np.concatenate(field) for field in zip(*waiting, strict=True)]
        waiting.clear()
        if added:
            added[-1].result()
        added.append(beside.submit(add, part))

    for piece in pieces:
        waiting.append(piece)
        fresh += len(piece[0])
        if fresh >= AT_ONCE:
            hand_over()
            number, fresh = number + fresh, 0
    if waiting:
        hand_over()
    return added, number + fresh


def _called(windows: Sequence[Ints]) -> tuple[Exits, Days]:
    """Exits and days of windows, added up."""
    rows, start, address, network, client, requests, hosted = windows
    hour = (start // MICROSECONDS + EPOCH) // (DAY // HOURS)
    day, told = hour // HOURS, address != 0
    exits = Exits(rows, address, network, client, np.ones_like(rows), hosted > 0, day, day)
    return exits.some(told).added(), Days(rows, day, requests, 1 << hour % HOURS).added()


def _joined_calls(parts: list[Future[tuple[Exits, Days]]]) -> tuple[Exits, Days]:
    """All parts, which are let go of: they are as much again."""
    exits, days = zip(*(part.result() for part in parts), strict=True)
    parts.clear()
    return joined(exits), joined(days)


def _joined_sketches(parts: list[Future[Asked]]) -> Asked:
    """All parts, which are let go of as well."""
    asked = [part.result() for part in parts]
    parts.clear()
    return joined(asked)


def _asked(sketches: Sequence[Ints]) -> Asked:
    rows, sketch = sketches
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

    def of(self, fields: Sequence[Ints]) -> list[Ints]:
        """Fields with rows in place of subjects, which stand first, without those that are not looked at."""
        subjects, *others = fields
        row = self._row[np.minimum(subjects, len(self._row) - 1)]
        known = row != NOBODY
        return [row[known].astype(np.int64), *(field[known] for field in others)]
