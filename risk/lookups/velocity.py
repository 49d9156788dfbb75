"""How many other accounts came with the same value lately, or near it. PostgreSQL is asked once for a whole batch."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from risk.identifiers import IdentifierKind, Identifiers
from risk.places import block

COUNT_CAP = 64  # more says nothing more, and a value that is everywhere must not cost more to count
CROWD = 128  # what a share is taken of has to be counted further than the part
SCAN_CAP = 512  # entries read of a block; a block that holds more is a crowd, whenever they came


@dataclass(frozen=True, slots=True)
class Velocity:
    """Other accounts that showed the same value of a kind within a window before.

    The window ends `gap` before now: with a gap it counts those of earlier days. With `size`, the value is a place and
    all of its block count (risk.places). `most` is the highest count; of a block, also the most entries that are read:
    one that has more counts as full.
    """

    name: str
    kind: IdentifierKind
    window: timedelta
    gap: timedelta = timedelta()
    size: int = 1
    most: int = COUNT_CAP

    def range_of(self, value: int) -> tuple[int, int]:
        """The first and the last value that count as the same."""
        return block(value, self.size) if self.size > 1 else (value, value)


DAY, WEEK, MONTH, YEAR = (timedelta(days=days) for days in (1, 7, 30, 365))

VELOCITIES = (
    Velocity("device_accounts_30d", IdentifierKind.DEVICE, MONTH),
    Velocity("card_accounts_30d", IdentifierKind.CARD, MONTH),
    Velocity("card_bin_accounts_7d", IdentifierKind.CARD_BIN, WEEK),
    Velocity("card_bin_accounts_before", IdentifierKind.CARD_BIN, MONTH, gap=WEEK),
    Velocity("phone_accounts_30d", IdentifierKind.PHONE, MONTH),
    Velocity("phone_10_accounts_30d", IdentifierKind.PHONE_PLACE, MONTH, size=10),
    Velocity("phone_100_accounts_30d", IdentifierKind.PHONE_PLACE, MONTH, size=100),
    Velocity("phone_1000_accounts_30d", IdentifierKind.PHONE_PLACE, MONTH, size=1_000, most=SCAN_CAP),
    Velocity("phone_10000_accounts_30d", IdentifierKind.PHONE_PLACE, MONTH, size=10_000, most=SCAN_CAP),
    Velocity("mailbox_accounts_30d", IdentifierKind.MAILBOX, MONTH),
    Velocity("stem_accounts_7d", IdentifierKind.MAILBOX_STEM, WEEK),
    Velocity("stem_accounts_before", IdentifierKind.MAILBOX_STEM, MONTH, gap=WEEK),
    Velocity("shape_network_accounts_1d", IdentifierKind.MAILBOX_SHAPE, DAY),
    Velocity("shape_accounts_7d", IdentifierKind.MAILBOX_SHAPE, WEEK, size=10_000, most=CROWD),
    Velocity("shape_accounts_before", IdentifierKind.MAILBOX_SHAPE, MONTH, gap=WEEK, size=10_000, most=CROWD),
    Velocity("domain_accounts_1d", IdentifierKind.DOMAIN, DAY),
    Velocity("domain_accounts_7d", IdentifierKind.DOMAIN, WEEK),
    Velocity("domain_accounts_before", IdentifierKind.DOMAIN, YEAR, gap=WEEK),
    Velocity("network_accounts_10m", IdentifierKind.NETWORK, timedelta(minutes=10)),
    Velocity("address_accounts_1d", IdentifierKind.ADDRESS, timedelta(days=1)),
    Velocity("network_accounts_1d", IdentifierKind.NETWORK, DAY, most=CROWD),
)
OF_KIND: Mapping[IdentifierKind, tuple[Velocity, ...]] = {
    kind: tuple(velocity for velocity in VELOCITIES if velocity.kind is kind) for kind in IdentifierKind
}


def _row(number: int, velocity: Velocity) -> str:
    low, high = velocity.range_of(0)
    seconds, gap = velocity.window.total_seconds(), velocity.gap.total_seconds()
    return f"({number}, {velocity.kind:d}, {high - low}, '{seconds} s'::interval, '{gap} s'::interval, {velocity.most})"


# One index probe for each value and velocity, of at most `most` entries whatever the size of the table. Of one value,
# the index goes straight to the window; of a block, which no index has in the order of time, so many are read and those
# in the window counted, and where there are more the answer is the highest. The velocities stand in the text: handing
# them over as values with each call would cost more than counting.
COUNT_SQL = f"""
SELECT shown.place, velocity.number, CASE WHEN velocity.mask = 0 THEN (
    SELECT count(*) FROM (
        SELECT 1 FROM risk_identifier seen
        WHERE seen.kind = shown.kind AND seen.value = shown.value
            AND seen.at > shown.at - velocity.gap - velocity.span AND seen.at <= shown.at - velocity.gap
        LIMIT velocity.most
    ) AS same
) ELSE (
    SELECT CASE WHEN count(*) >= velocity.most THEN velocity.most ELSE count(*) FILTER (
        WHERE near.at > shown.at - velocity.gap - velocity.span AND near.at <= shown.at - velocity.gap) END
    FROM (
        SELECT seen.at FROM risk_identifier seen
        WHERE seen.kind = shown.kind
            AND seen.value BETWEEN shown.value & ~velocity.mask AND shown.value | velocity.mask
        LIMIT velocity.most
    ) AS near
) END
FROM unnest(%s::int[], %s::smallint[], %s::bigint[], %s::timestamptz[]) AS shown(place, kind, value, at)
JOIN (VALUES {", ".join(_row(number, velocity) for number, velocity in enumerate(VELOCITIES))})
    AS velocity(number, kind, mask, span, gap, most) ON velocity.kind = shown.kind
"""  # noqa: S608 - made of the constants above and nothing else

Newcomer = tuple[datetime, Identifiers]


def count(newcomers: Sequence[Newcomer]) -> list[dict[str, int]]:
    """For each newcomer, by velocity name, how many others came before it with the same value or near it.

    Newcomers must not be stored yet and stand in the order of their times; earlier ones count for later ones.

    Raises:
        django.db.DatabaseError: the database could not answer in time.

    """
    counts: list[dict[str, int]] = [{} for _ in newcomers]
    for place, number, stored in _stored(newcomers):
        counts[place][VELOCITIES[number].name] = stored
    _add_within(newcomers, counts)
    return counts


def _stored(newcomers: Sequence[Newcomer]) -> list[tuple[int, int, int]]:
    """Newcomer, velocity and count."""
    shown = [
        (place, int(kind), value, at)
        for place, (at, identifiers) in enumerate(newcomers)
        for kind, value in identifiers.items()
        if OF_KIND[kind]
    ]
    if not shown:
        return []
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, [list(column) for column in zip(*shown, strict=True)])
        counted: list[tuple[int, int, int]] = cursor.fetchall()
    return counted


def _add_within(newcomers: Sequence[Newcomer], counts: list[dict[str, int]]) -> None:
    """Count the earlier newcomers of the same batch, which the database does not have yet."""
    if len(newcomers) == 1:
        return
    seen: Mapping[tuple[IdentifierKind, int, int], list[datetime]] = defaultdict(list)
    for (at, identifiers), counted in zip(newcomers, counts, strict=True):
        for kind, value in identifiers.items():
            near = {velocity.size: seen[kind, *velocity.range_of(value)] for velocity in OF_KIND[kind]}
            for velocity in OF_KIND[kind]:
                times = near[velocity.size]
                if times:
                    until = at - velocity.gap
                    recent = bisect_right(times, until) - bisect_right(times, until - velocity.window)
                    counted[velocity.name] = min(velocity.most, counted[velocity.name] + recent)
            for times in near.values():
                times.append(at)
