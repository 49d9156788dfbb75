"""What stands around an account: its devices, who shared what with it, what it used, and what happened, in its order.

Each part is one query, whose cost an index bounds: who shares an address with a hundred thousand is not counted out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from risk.identifiers import IdentifierKind
from risk.models import Device, Identifier
from risk.usage import partitions
from tiers.models import Account
from verification.console.charts import Part, Slice, columns
from verification.console.ring_members import Known, known_of
from verification.models import Event

COUNTED = 200  # others who showed a value are counted no further
NAMED = 5  # of them, the newest
EVENTS = 60  # of the timeline, the newest
DAYS = timedelta(days=14)  # of use

TELLING: Mapping[IdentifierKind, str] = {
    IdentifierKind.CARD: "card",
    IdentifierKind.PHONE: "phone number",
    IdentifierKind.DEVICE: "device",
    IdentifierKind.MAILBOX: "mailbox",
    IdentifierKind.MAILBOX_STEM: "mailbox name with another number",
    IdentifierKind.ADDRESS: "address",
    IdentifierKind.NETWORK: "/24 or /64",
}
# By `identifiers_of_subject` to what it showed, by `identifiers_by_value` to who else did. A value is worth the
# logarithm of how many accounts there are to each that shows it, which is what risk.rings starts from.
LINKED_SQL = """
SELECT shown.kind, min(shown.at), others.number, others.newest,
       ln(greatest((SELECT reltuples FROM pg_class WHERE oid = 'tiers_account'::regclass), 2) / (others.number + 1))
FROM risk_identifier shown CROSS JOIN LATERAL (
    SELECT count(*) AS number, (array_agg(subject))[1:%(named)s] AS newest FROM (
        SELECT subject FROM risk_identifier
        WHERE kind = shown.kind AND value = shown.value AND subject <> shown.subject
        ORDER BY at DESC LIMIT %(counted)s
    ) latest
) others
WHERE shown.subject = %(subject)s AND shown.kind = ANY(%(kinds)s) AND others.number > 0
GROUP BY shown.kind, others.number, others.newest ORDER BY 5 DESC
"""
USED_SQL = f"""
SELECT start::date, sum(requests), sum(input_tokens + output_tokens), count(DISTINCT network), count(DISTINCT client)
FROM {partitions.TABLE} WHERE subject = %s AND start >= %s GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - a name of our own


@dataclass(frozen=True, slots=True)
class Linked:
    """A value that others showed too. `weight` is in nats: how telling it is to share one so common."""

    what: str
    since: datetime
    number: str  # of others
    weight: str
    who: Sequence[Known]


@dataclass(frozen=True, slots=True)
class UsedDay:
    """A day of use."""

    day: date
    requests: int
    tokens: int
    networks: int
    clients: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around an account."""

    devices: Sequence[Device]
    linked: Sequence[Linked]
    used: Sequence[UsedDay]
    used_chart: Sequence[Part]
    timeline: Sequence[Event]


def surroundings(account: Account, *, at: datetime) -> Surroundings:
    """Read all of it: six queries, however much there is."""
    used = _used(account, at)
    return Surroundings(
        devices=list(_devices(account)),
        linked=_linked(account),
        used=used,
        used_chart=columns([[Slice("use", day.requests, f"{day.day}: {day.requests:,} requests")] for day in used]),
        timeline=list(account.events.order_by("-id")[:EVENTS]),
    )


def _devices(account: Account) -> QuerySet[Device]:
    shown = Identifier.objects.filter(subject=account.pk, kind=IdentifierKind.DEVICE).values("value")
    devices = Device.objects.filter(value__in=shown).order_by("-last_seen")
    return devices.only("value", "first_seen", "last_seen", "handset")


def _linked(account: Account) -> list[Linked]:
    kinds = [int(kind) for kind in TELLING]
    asked: dict[str, Any] = {"subject": account.pk, "kinds": kinds, "counted": COUNTED, "named": NAMED}
    with connection.cursor() as cursor:
        cursor.execute(LINKED_SQL, asked)
        rows = cursor.fetchall()
    known = known_of({pk for *_, newest, _ in rows for pk in newest})
    return [
        Linked(
            what=TELLING[IdentifierKind(kind)],
            since=since,
            number=f"{number:,}" if number < COUNTED else f"{COUNTED:,} or more",
            weight=f"{weight:+.1f}",
            who=[known[pk] for pk in newest if pk in known],
        )
        for kind, since, number, newest, weight in rows
    ]


def _used(account: Account, at: datetime) -> list[UsedDay]:
    with connection.cursor() as cursor:
        cursor.execute(USED_SQL, [account.pk, at - DAYS])
        rows = cursor.fetchall()
    return [
        UsedDay(day, int(requests), int(tokens), networks, clients) for day, requests, tokens, networks, clients in rows
    ]
