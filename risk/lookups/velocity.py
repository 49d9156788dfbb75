"""How many other accounts came with the same value lately, or near it, as PostgreSQL tells: asked once for a batch.

This is the truth; risk.counters counts the same in Valkey for signups as they come.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection

from risk.identifiers import Identifiers
from risk.kinds import IdentifierKind
from risk.policies.store import in_force
from risk.velocities import Velocity

Newcomer = tuple[datetime, Identifiers]


def declared() -> tuple[Velocity, ...]:
    """What is counted: the velocities of the policies in force, by name.

    Raises:
        django.db.DatabaseError: the policy had to be read anew, and could not be.

    """
    now = in_force()
    return by_name(now.active.policy.velocities, *(shadow.policy.velocities for shadow in now.shadows))


@lru_cache(maxsize=32)
def by_name(*declarations: tuple[Velocity, ...]) -> tuple[Velocity, ...]:
    """The velocities of several policies in the order of their names; where two differ, the earlier policy's counts."""
    named: dict[str, Velocity] = {}
    for velocities in declarations:
        for velocity in velocities:
            named.setdefault(velocity.name, velocity)
    return tuple(named[name] for name in sorted(named))


def _row(number: int, velocity: Velocity) -> str:
    mask = (1 << velocity.bits) - 1
    seconds, gap = velocity.window.total_seconds(), velocity.gap.total_seconds()
    return f"({number}, {velocity.kind:d}, {mask}, '{seconds} s'::interval, '{gap} s'::interval, {velocity.most})"


# One index probe for each value and velocity, of at most `most` entries whatever the size of the table. Of one value,
# the index goes straight to the window; of a block, which no index has in the order of time, so many are read and those
# in the window counted, and where there are more the answer is the highest. The velocities stand in the text: handing
# them over as values with each call would cost more than counting.
_COUNT_SQL = """
SELECT shown.place, velocity.number, CASE WHEN velocity.mask = 0 THEN (
    SELECT count(DISTINCT same.subject) FROM (
        SELECT seen.subject FROM risk_identifier seen
        WHERE seen.kind = shown.kind AND seen.value = shown.value
            AND seen.at > shown.at - velocity.gap - velocity.span AND seen.at <= shown.at - velocity.gap
        LIMIT velocity.most
    ) AS same
) ELSE (
    SELECT CASE WHEN count(*) >= velocity.most THEN velocity.most ELSE count(DISTINCT near.subject) FILTER (
        WHERE near.at > shown.at - velocity.gap - velocity.span AND near.at <= shown.at - velocity.gap) END
    FROM (
        SELECT seen.at, seen.subject FROM risk_identifier seen
        WHERE seen.kind = shown.kind
            AND seen.value BETWEEN shown.value & ~velocity.mask AND shown.value | velocity.mask
        LIMIT velocity.most
    ) AS near
) END
FROM json_to_recordset(%s) AS shown(place int, kind smallint, value bigint, at timestamptz)
JOIN (VALUES {velocities}) AS velocity(number, kind, mask, span, gap, most) ON velocity.kind = shown.kind
"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Velocities made ready to be asked for."""

    velocities: tuple[Velocity, ...]
    of_kind: Mapping[IdentifierKind, tuple[Velocity, ...]]
    sql: str


@lru_cache(maxsize=8)
def _asked(velocities: tuple[Velocity, ...]) -> _Asked:
    of_kind: dict[IdentifierKind, tuple[Velocity, ...]] = {
        kind: tuple(velocity for velocity in velocities if velocity.kind is kind) for kind in IdentifierKind
    }
    rows = ", ".join(_row(number, velocity) for number, velocity in enumerate(velocities))
    return _Asked(velocities, of_kind, _COUNT_SQL.replace("{velocities}", rows))


def count(newcomers: Sequence[Newcomer], *, velocities: tuple[Velocity, ...] | None = None) -> list[dict[str, int]]:
    """For each newcomer, by velocity name, how many others came before it with the same value or near it.

    Newcomers must not be stored yet and stand in the order of their times; earlier ones count for later ones.

    Raises:
        django.db.DatabaseError: the database could not answer in time.

    """
    asked = _asked(declared() if velocities is None else velocities)
    counts: list[dict[str, int]] = [{} for _ in newcomers]
    for place, number, stored in _stored(newcomers, asked):
        counts[place][asked.velocities[number].name] = stored
    _add_within(newcomers, counts, asked)
    return counts


def _stored(newcomers: Sequence[Newcomer], asked: _Asked) -> list[tuple[int, int, int]]:
    """Newcomer, velocity and count."""
    shown = [
        {"place": place, "kind": kind, "value": value, "at": at.isoformat()}
        for place, (at, identifiers) in enumerate(newcomers)
        for kind, value in identifiers.items()
        if asked.of_kind[kind]
    ]
    if not shown:
        return []
    with connection.cursor() as cursor:
        cursor.execute(asked.sql, [json.dumps(shown)])
        counted: list[tuple[int, int, int]] = cursor.fetchall()
    return counted


def _add_within(newcomers: Sequence[Newcomer], counts: list[dict[str, int]], asked: _Asked) -> None:
    """Count the earlier newcomers of the same batch, which the database does not have yet."""
    if len(newcomers) == 1:
        return
    seen: Mapping[tuple[IdentifierKind, int, int], list[datetime]] = defaultdict(list)
    for (at, identifiers), counted in zip(newcomers, counts, strict=True):
        for kind, value in identifiers.items():
            near = {
                velocity.bits: seen[kind, velocity.bits, value >> velocity.bits] for velocity in asked.of_kind[kind]
            }
            for velocity in asked.of_kind[kind]:
                times = near[velocity.bits]
                if times:
                    until = at - velocity.gap
                    recent = bisect_right(times, until) - bisect_right(times, until - velocity.window)
                    counted[velocity.name] = min(velocity.most, counted[velocity.name] + recent)
            for times in near.values():
                times.append(at)
