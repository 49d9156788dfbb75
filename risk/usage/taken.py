"""What accounts took: the requests of their windows, added up."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import connection

from config.lib.sqlarrays import array
from risk.usage import partitions

TAKEN_SQL: Final = f"""
SELECT subject, sum(requests) FROM {partitions.TABLE} JOIN unnest(%s::bigint[]) AS asked(subject) USING (subject)
WHERE start < %s GROUP BY subject
"""  # noqa: S608 - a name of our own


def requests_of(subjects: Collection[int], *, until: datetime) -> dict[int, int]:
    """How many requests each subject made in windows that began before a moment. One without any is not there."""
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_SQL, [array(subjects), until])
        return {subject: int(requests) for subject, requests in cursor.fetchall()}
