"""The partitions of usage windows: a week each, made when the first window of it comes, dropped whole when it is old.

A new one is made beside the table and then attached, which stops neither who reads nor who writes (PostgreSQL,
ALTER TABLE ... ATTACH PARTITION: SHARE UPDATE EXCLUSIVE).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db import connection, transaction

WEEK: Final = timedelta(days=7)
TABLE: Final = "risk_usagewindow"
PREFIX: Final = f"{TABLE}_w"
ONE_AT_A_TIME: Final = 0x6768757361676531  # of pg_advisory_xact_lock: who makes or drops partitions
PRESENT_SQL: Final = f"SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '{TABLE}'::regclass"  # noqa: S608 - a name of ours


def weeks() -> set[date]:
    """The weeks that have a partition, by their Mondays."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENT_SQL)
        return {date.fromisoformat(name.removeprefix(PREFIX)) for (name,) in cursor.fetchall()}


def week_of(moment: datetime) -> date:
    """The Monday of a moment's week, in UTC."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def name(week: date) -> str:
    """The partition of the week of a Monday."""
    return f"{PREFIX}{week:%Y%m%d}"


def make(moments: Iterable[datetime]) -> None:
    """See to it that each of these moments has a partition to lie in."""
    needed = {week_of(moment) for moment in moments}
    if needed <= weeks():
        return
    with transaction.atomic():
        _alone()
        for week in sorted(needed - weeks()):  # another process may have made it meanwhile
            _make(week)


def drop(*, before: datetime) -> int:
    """Drop the partitions that lie before a moment whole; how many."""
    with transaction.atomic():
        _alone()
        old = sorted(week for week in weeks() if _midnight(week) + WEEK <= before)
        with connection.cursor() as cursor:
            for week in old:
                cursor.execute(f"DROP TABLE {name(week)}")
    return len(old)


def _make(week: date) -> None:
    table, begin = name(week), _midnight(week)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table} (LIKE {TABLE} INCLUDING ALL)")
        cursor.execute(
            f"ALTER TABLE {TABLE} ATTACH PARTITION {table} "
            f"FOR VALUES FROM ('{begin.isoformat()}') TO ('{(begin + WEEK).isoformat()}')"
        )


def _midnight(week: date) -> datetime:
    return datetime(week.year, week.month, week.day, tzinfo=UTC)


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
