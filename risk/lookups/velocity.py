"""How many other accounts came with the same value lately, or near it. PostgreSQL is asked once for a whole batch."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    Velocity("card_bin_accounts_1d", IdentifierKind.CARD_BIN, DAY),
    Velocity("card_bin_accounts_before", IdentifierKind.CARD_BIN, MONTH, gap=DAY),
    Velocity("phone_accounts_30d", IdentifierKind.PHONE, MONTH),
    Velocity("phone_10_accounts_30d", IdentifierKind.PHONE_PLACE, MONTH, size=10),
    Velocity("phone_100_accounts_30d", IdentifierKind.PHONE_PLACE, MONTH, size=100),
    Velocity("phone_1000_accounts_30d", IdentifierKind.PHONE_PLACE, MONTH, size=1_000, most=SCAN_CAP),
    Velocity("phone_10000_accounts_30d", IdentifierKind.PHONE_PLACE, MONTH, size=10_000, most=SCAN_CAP),
    Velocity("mailbox_accounts_30d", IdentifierKind.MAILBOX, MONTH),
    Velocity("stem_accounts_7d", IdentifierKind.MAILBOX_STEM, WEEK),
    Velocity("stem_accounts_before", IdentifierKind.MAILBOX_STEM, MONTH, gap=WEEK),
    Velocity("shape_network_accounts_1d", IdentifierKind.MAILBOX_SHAPE, DAY),
    Velocity("shape_accounts_1d", IdentifierKind.MAILBOX_SHAPE, DAY, size=10_000, most=CROWD),
    Velocity("shape_accounts_before", IdentifierKind.MAILBOX_SHAPE, MONTH, gap=DAY, size=10_000, most=CROWD),
    Velocity("domain_accounts_1d", IdentifierKind.DOMAIN, DAY),
    Velocity("domain_accounts_7d", IdentifierKind.DOMAIN, WEEK),
    Velocity("domain_accounts_before", IdentifierKind.DOMAIN, YEAR, gap=WEEK),
    Velocity("network_accounts_10m", IdentifierKind.NETWORK, timedelta(minutes=10)),
    Velocity("network_accounts_1d", IdentifierKind.NETWORK, DAY, most=CROWD),
)
OF_KIND: Mapping[IdentifierKind, tuple[Velocity, ...]] = {
    kind: tuple(velocity for velocity in VELOCITIES if velocity.kind is kind) for kind in IdentifierKind
}

# One index probe for each question, of at most `most` entries whatever the size of the table. Of one value, the index
# goes straight to the window; of a block, which no index has in the order of time, so many are read and those in the
# window counted, and where there are more the answer is the highest.
COUNT_SQL = """
SELECT asked.number, CASE WHEN asked.low = asked.high THEN (
    SELECT count(*) FROM (
        SELECT 1 FROM risk_identifier seen
        WHERE seen.kind = asked.kind AND seen.value = asked.low AND seen.at > asked.since AND seen.at <= asked.until
        LIMIT asked.most
    ) AS same
) ELSE (
    SELECT CASE WHEN count(*) >= asked.most THEN asked.most
        ELSE count(*) FILTER (WHERE near.at > asked.since AND near.at <= asked.until) END
    FROM (
        SELECT seen.at FROM risk_identifier seen
        WHERE seen.kind = asked.kind AND seen.value BETWEEN asked.low AND asked.high
        LIMIT asked.most
    ) AS near
) END
FROM unnest(%s::int[], %s::smallint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::int[])
    AS asked(number, kind, low, high, since, until, most)
"""


@dataclass(slots=True)
class _Questions:
    numbers: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    since: list[datetime] = field(default_factory=list)
    until: list[datetime] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    asked: list[tuple[int, Velocity]] = field(default_factory=list)  # by number: whose, and which

    def ask(self, place: int, velocity: Velocity, value: int, at: datetime) -> None:
        low, high = velocity.range_of(value)
        self.numbers.append(len(self.asked))
        self.kinds.append(velocity.kind)
        self.low.append(low)
        self.high.append(high)
        self.since.append(at - velocity.window - velocity.gap)
        self.until.append(at - velocity.gap)
        self.most.append(velocity.most)
        self.asked.append((place, velocity))


Newcomer = tuple[datetime, Identifiers]


def count(newcomers: Sequence[Newcomer]) -> list[dict[str, int]]:
    """For each newcomer, by velocity name, how many others came before it with the same value or near it.

    Newcomers must not be stored yet and stand in the order of their times; earlier ones count for later ones.

    Raises:
        django.db.DatabaseError: the database could not answer in time.

    """
    questions = _Questions()
    for place, (at, identifiers) in enumerate(newcomers):
        for kind, value in identifiers.items():
            for velocity in OF_KIND[kind]:
                questions.ask(place, velocity, value, at)
    counts: list[dict[str, int]] = [{} for _ in newcomers]
    for number, stored in _stored(questions):
        place, velocity = questions.asked[number]
        counts[place][velocity.name] = stored
    _add_within(newcomers, counts)
    return counts


def _stored(questions: _Questions) -> list[tuple[int, int]]:
    if not questions.asked:
        return []
    asked = (questions.numbers, questions.kinds, questions.low, questions.high)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, [*asked, questions.since, questions.until, questions.most])
        counted: list[tuple[int, int]] = cursor.fetchall()
    return counted


def _add_within(newcomers: Sequence[Newcomer], counts: list[dict[str, int]]) -> None:
    """Count the earlier newcomers of the same batch, which the database does not have yet."""
    if len(newcomers) == 1:
        return
    seen: Mapping[tuple[IdentifierKind, tuple[int, int]], list[datetime]] = defaultdict(list)
    for (at, identifiers), counted in zip(newcomers, counts, strict=True):
        for kind, value in identifiers.items():
            ranges = {velocity.range_of(value) for velocity in OF_KIND[kind]}
            for velocity in OF_KIND[kind]:
                times = seen[kind, velocity.range_of(value)]
                until = at - velocity.gap
                recent = bisect_right(times, until) - bisect_right(times, until - velocity.window)
                counted[velocity.name] = min(velocity.most, counted[velocity.name] + recent)
            for within in ranges:
                seen[kind, within].append(at)
