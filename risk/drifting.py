"""What became of the devices that subjects came with: those that are far from what they were then."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import connection

from config.lib.sqlarrays import array
from risk.kinds import IdentifierKind
from risk.models import DeviceChange
from risk.recognition.distance import drifted

KEPT: Final = timedelta(days=400)  # how long it is known what a device was; older, it seems to have changed less
CHANGES_MOST: Final = 50  # read of one device: the first ones say what it was
CROWD: Final = 50  # subjects of a device, above which its changes are news to nobody: that many came is

# Of each component, what it was is told by the first change of it that came after the subject did.
READ_SQL = """
SELECT mine.subject, mine.at, device.last_seen, device.components::text, changes.told::text
FROM risk_identifier mine
JOIN risk_device device ON device.value = mine.value
CROSS JOIN LATERAL (
    SELECT jsonb_agg(was ORDER BY at, id) AS told FROM (
        SELECT id, at, was FROM risk_devicechange WHERE device = mine.value AND at > mine.at
        ORDER BY at, id LIMIT %(most)s
    ) later
) changes
WHERE mine.subject = ANY(%(subjects)s::bigint[]) AND mine.kind = %(kind)s AND changes.told IS NOT NULL
"""
CHANGED_SQL = """
SELECT DISTINCT came.value
FROM risk_identifier came
WHERE came.subject = ANY(%(subjects)s::bigint[]) AND came.kind = %(kind)s
    AND EXISTS (SELECT FROM risk_devicechange WHERE device = came.value AND at >= came.at)
    AND (SELECT count(*) FROM (
        SELECT FROM risk_identifier seen WHERE seen.kind = came.kind AND seen.value = came.value LIMIT %(crowd)s + 1
    ) all_of_it) <= %(crowd)s
"""


def drifted_since(subjects: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """For each subject whose device is far from what it showed then, the components that changed. One query."""
    asked: dict[str, Any] = {
        "subjects": array(subjects),
        "kind": int(IdentifierKind.DEVICE),
        "most": CHANGES_MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(READ_SQL, asked)
        rows = cursor.fetchall()
    found = {subject: _drifted(at, seen, components, told) for subject, at, seen, components, told in rows}
    return {subject: names for subject, names in found.items() if names}


def _drifted(at: datetime, seen: datetime, components: str, told: str) -> tuple[str, ...]:
    now: dict[str, int] = msgspec.json.decode(components)
    changes: list[dict[str, int]] = msgspec.json.decode(told)
    first: dict[str, int] = {}
    for was in changes:
        first = {**was, **first}
    return drifted({**now, **first}, now, (seen - at).total_seconds() / 86400)


def changed_with(subjects: Collection[int]) -> list[int]:
    """The devices, by their values, that had changed when one of these subjects came with them, or have since."""
    asked: dict[str, Any] = {"subjects": array(subjects), "kind": int(IdentifierKind.DEVICE), "crowd": CROWD}
    with connection.cursor() as cursor:
        cursor.execute(CHANGED_SQL, asked)
        return [value for (value,) in cursor.fetchall()]


def forget(now: datetime) -> int:
    """Delete changes that are too old to be asked for; returns how many."""
    return DeviceChange.objects.filter(at__lt=now - KEPT).delete()[0]
