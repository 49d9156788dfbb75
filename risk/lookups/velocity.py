"""How many other accounts came with the same value lately. PostgreSQL is asked once for a whole batch."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from risk.identifiers import IdentifierKind, Identifiers

COUNT_CAP = 64  # more says nothing more, and a value that is everywhere must not cost more to count


@dataclass(frozen=True, slots=True)
class Velocity:
    """Other accounts that showed the same value of a kind within a window before."""

    name: str
    kind: IdentifierKind
    window: timedelta


VELOCITIES = (
    Velocity("device_accounts_30d", IdentifierKind.DEVICE, timedelta(days=30)),
    Velocity("card_accounts_30d", IdentifierKind.CARD, timedelta(days=30)),
    Velocity("phone_accounts_30d", IdentifierKind.PHONE, timedelta(days=30)),
    Velocity("mailbox_accounts_30d", IdentifierKind.MAILBOX, timedelta(days=30)),
    Velocity("domain_accounts_1d", IdentifierKind.DOMAIN, timedelta(days=1)),
    Velocity("network_accounts_10m", IdentifierKind.NETWORK, timedelta(minutes=10)),
    Velocity("address_accounts_1d", IdentifierKind.ADDRESS, timedelta(days=1)),
)

# One index probe of at most COUNT_CAP entries for each question, whatever the size of the table.
COUNT_SQL = """
SELECT asked.number, (
    SELECT count(*) FROM (
        SELECT 1 FROM risk_identifier seen
        WHERE seen.kind = asked.kind AND seen.value = asked.value AND seen.at > asked.since AND seen.at <= asked.until
        LIMIT %s
    ) AS capped
)
FROM unnest(%s::int[], %s::smallint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
    AS asked(number, kind, value, since, until)
"""


@dataclass(slots=True)
class _Questions:
    numbers: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    since: list[datetime] = field(default_factory=list)
    until: list[datetime] = field(default_factory=list)
    names: list[tuple[int, str]] = field(default_factory=list)

    def ask(self, place: int, velocity: Velocity, value: int, at: datetime) -> None:
        self.numbers.append(len(self.names))
        self.kinds.append(velocity.kind)
        self.values.append(value)
        self.since.append(at - velocity.window)
        self.until.append(at)
        self.names.append((place, velocity.name))


Newcomer = tuple[datetime, Identifiers]


def count(newcomers: Sequence[Newcomer]) -> list[dict[str, int]]:
    """For each newcomer, by velocity name, how many others came before it with the same value, COUNT_CAP at most.

    Newcomers must not be stored yet and stand in the order of their times; earlier ones count for later ones.

    Raises:
        django.db.DatabaseError: the database could not answer in time.

    """
    questions = _Questions()
    for place, (at, identifiers) in enumerate(newcomers):
        for velocity in VELOCITIES:
            if velocity.kind in identifiers:
                questions.ask(place, velocity, identifiers[velocity.kind], at)
    counts: list[dict[str, int]] = [{} for _ in newcomers]
    for number, stored in _stored(questions):
        place, name = questions.names[number]
        counts[place][name] = stored
    _add_within(newcomers, counts)
    return counts


def _stored(questions: _Questions) -> list[tuple[int, int]]:
    if not questions.names:
        return []
    asked = (questions.numbers, questions.kinds, questions.values, questions.since, questions.until)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, [COUNT_CAP, *asked])
        counted: list[tuple[int, int]] = cursor.fetchall()
    return counted


def _add_within(newcomers: Sequence[Newcomer], counts: list[dict[str, int]]) -> None:
    """Count the earlier newcomers of the same batch, which the database does not have yet."""
    if len(newcomers) == 1:
        return
    seen: Mapping[tuple[IdentifierKind, int], list[datetime]] = defaultdict(list)
    for place, (at, identifiers) in enumerate(newcomers):
        for velocity in VELOCITIES:
            value = identifiers.get(velocity.kind)
            if value is None:
                continue
            recent = sum(earlier > at - velocity.window for earlier in seen[velocity.kind, value][-COUNT_CAP:])
            counts[place][velocity.name] = min(COUNT_CAP, counts[place][velocity.name] + recent)
        for kind, value in identifiers.items():
            seen[kind, value].append(at)
