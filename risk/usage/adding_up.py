"""Days of use, added up from their windows once they are over, for the subjects of whom something new came.

A day is over LATE after its midnight (UTC). What comes later, or out of an old history, has its day added up again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection

from risk.models import UsageProgress
from risk.usage import partitions
from risk.usage.days import UsedDay

LATE: Final = timedelta(hours=3)  # gateways send an hour when it is over, and are away for a while now and then
SETTLED: Final = timedelta(minutes=5)  # a transaction that is open holds windows that nobody else sees yet
CHUNK: Final = 2_000  # days of subjects
BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)

# Days of which something came since the last run, and days that were not over then.
DAY: Final = "(start AT TIME ZONE 'UTC')::date AS day"
TOUCHED_SQL: Final = f"""
CREATE TEMPORARY TABLE usage_touched AS
SELECT row_number() OVER (ORDER BY subject, day) AS place, subject, day FROM (
    SELECT subject, {DAY} FROM {partitions.TABLE}
    WHERE received_at > %(since)s AND received_at <= %(until)s AND start < %(over)s
    UNION SELECT subject, {DAY} FROM {partitions.TABLE}
    WHERE start >= %(over_before)s AND start < %(over)s AND received_at <= %(until)s
) AS days
"""  # noqa: S608 - names of our own
OF_DAY: Final = """used.subject = touched.subject
    AND used.start >= touched.day::timestamp AT TIME ZONE 'UTC'
    AND used.start < (touched.day + 1)::timestamp AT TIME ZONE 'UTC'"""
DAYS_SQL: Final = f"""
SELECT touched.subject, touched.day, counted.requests, counted.hours, sketched.templates
FROM usage_touched touched
CROSS JOIN LATERAL (
    SELECT sum(used.requests) AS requests, count(DISTINCT date_trunc('hour', used.start, 'UTC')) AS hours
    FROM {partitions.TABLE} used WHERE {OF_DAY}
) AS counted
CROSS JOIN LATERAL (
    SELECT count(DISTINCT sketch) AS templates FROM {partitions.TABLE} used, unnest(used.sketches) AS sketch
    WHERE {OF_DAY}
) AS sketched
WHERE touched.place > %s AND touched.place <= %s ORDER BY touched.place
"""  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class Due:
    """What a run adds up: what came after `since` and until `until`."""

    since: datetime
    until: datetime

    @property
    def over(self) -> datetime:
        """Before this, days are over."""
        return _midnight(self.until - LATE)

    @property
    def over_before(self) -> datetime:
        """Before this, they were over for the run before."""
        return _midnight(self.since - LATE)


def due(at: datetime) -> Due:
    """What has come since the last run."""
    last = UsageProgress.objects.filter(pk=1).values_list("added_up_until", flat=True).first()
    return Due(last or BEGINNING, at - SETTLED)


def done(run: Due) -> None:
    """The next run goes on from here."""
    UsageProgress.objects.update_or_create(pk=1, defaults={"added_up_until": run.until})


def added_up(run: Due) -> Iterator[list[UsedDay]]:
    """The days that are due, so many at a time."""
    asked = {"over": run.over, "over_before": run.over_before, "since": run.since, "until": run.until}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS usage_touched")  # left by a run that broke off
        cursor.execute(TOUCHED_SQL, asked)
    try:
        place = 0
        while days := _days(place):
            yield days
            place += CHUNK
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS usage_touched")


def _days(after: int) -> list[UsedDay]:
    with connection.cursor() as cursor:
        cursor.execute(DAYS_SQL, [after, after + CHUNK])
        return [
            UsedDay(subject, day, int(requests), hours, templates)
            for subject, day, requests, hours, templates in cursor
        ]


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
