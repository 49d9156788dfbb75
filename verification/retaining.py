"""What has been kept for as long as the policy's `retention` says goes: beat calls for it, and it goes in chunks.

Long tables are walked by their keys, so many at each run and round and round again, so that no run is long however much
there is. Where a walk stands, when it last came to the end and how many rows it has deleted is stored and shown in the
console. Runs take turns at a walk's row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import F

from risk import outside, tombstones
from risk.models import Sighting
from risk.policies.store import active
from risk.retention import Retention
from risk.usage import partitions
from verification import callbacks
from verification.keeping_models import RetentionWalk
from verification.models import Check, Event

KEYS: Final = 20_000  # looked at of a walk's table in one chunk
CHUNKS: Final = 10  # of each walk in one run
ROWS_MOST: Final = 20_000  # of what is not walked, in one run


@dataclass(frozen=True, slots=True)
class Walk:
    """A table that is walked. `sql` finds the keys to delete; rows that hang on them go with them."""

    table: str
    sql: str
    delete: Callable[[list[int]], int]


def _assessments(keys: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM risk_assessment WHERE id = ANY(%s)", [keys])
        return int(cursor.rowcount)


# An account's first decision says how it came in, and its last is what it stands on.
DECISIONS_SQL: Final = """
SELECT old.id FROM risk_assessment old WHERE old.id > %(after)s AND old.id <= %(to)s AND old.at < %(before)s
AND EXISTS (SELECT FROM risk_assessment later WHERE later.subject = old.subject AND later.id > old.id)
AND EXISTS (SELECT FROM risk_assessment first WHERE first.subject = old.subject AND first.id < old.id)
"""
EVENTS_SQL: Final = """
SELECT old.id FROM verification_event old
WHERE old.id > %(after)s AND old.id <= %(to)s AND old.at < %(before)s AND old.relayed_at IS NOT NULL
AND NOT EXISTS (SELECT FROM verification_webhookdelivery d WHERE d.event_id = old.id AND d.status = 'waiting')
"""
CHECKS_SQL: Final = """
SELECT old.id FROM verification_check old
WHERE old.id > %(after)s AND old.id <= %(to)s AND old.requested_at < %(before)s
AND old.status NOT IN ('requested', 'sent')
"""
WALKS: Final[Mapping[str, Walk]] = {
    "decisions": Walk("risk_assessment", DECISIONS_SQL, _assessments),
    "events": Walk("verification_event", EVENTS_SQL, lambda keys: Event.objects.filter(pk__in=keys).delete()[0]),
    "checks": Walk("verification_check", CHECKS_SQL, lambda keys: Check.objects.filter(pk__in=keys).delete()[0]),
}


def purge(now: datetime) -> dict[str, int]:
    """Delete what is over, so much at a time; how many rows by kind."""
    kept = active().policy.retention
    done = {kind: _walk(kind, walk, before=now - kept.of(kind), now=now) for kind, walk in WALKS.items()}
    return done | _at_once(kept, now)


def _at_once(kept: Retention, now: datetime) -> dict[str, int]:
    old = Sighting.objects.filter(at__lt=now - kept.of("sightings")).order_by("at").values_list("pk", flat=True)
    done = {
        "sightings": Sighting.objects.filter(pk__in=list(old[:ROWS_MOST])).delete()[0],
        "lookups": outside.forget_stale(now - kept.of("lookups")),
        "callbacks": callbacks.forget_old(now - kept.of("callbacks")),
        "usage": partitions.drop(before=now - kept.usage),
        "tombstone": tombstones.forget(now, most=ROWS_MOST),
    }
    for kind, rows in done.items():
        walked, _ = RetentionWalk.objects.get_or_create(kind=kind)
        RetentionWalk.objects.filter(pk=walked.pk).update(deleted=F("deleted") + rows, came_round_at=now)
    return done


def _walk(kind: str, walk: Walk, *, before: datetime, now: datetime) -> int:
    deleted = 0
    for _ in range(CHUNKS):
        with transaction.atomic():
            RetentionWalk.objects.get_or_create(kind=kind)
            at_work = RetentionWalk.objects.select_for_update().get(kind=kind)
            gone, more = _chunk(walk, at_work.place, before)
            deleted += gone
            at_work.deleted += gone
            at_work.place = at_work.place + KEYS if more else 0
            at_work.came_round_at = at_work.came_round_at if more else now
            at_work.save()
        if not more:
            break
    return deleted


def _chunk(walk: Walk, after: int, before: datetime) -> tuple[int, bool]:
    """How many rows went, and whether there are keys beyond."""
    with connection.cursor() as cursor:
        cursor.execute(walk.sql, {"after": after, "to": after + KEYS, "before": before})
        keys = [key for (key,) in cursor.fetchall()]
        cursor.execute(f"SELECT EXISTS (SELECT FROM {walk.table} WHERE id > %s)", [after + KEYS])  # noqa: S608 - names of our own
        (more,) = cursor.fetchone()
    return walk.delete(keys) if keys else 0, bool(more)
