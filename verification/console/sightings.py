"""Every time that the devices of an account were seen: when, with whose signup, from which network, and what drifted.

A device is seen with each signup that brings it, the account's own and others'. Pages go by number, a fixed way back:
who wants to see further searches for the device.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from config.lib.crypto import DecryptionError
from config.lib.sqlarrays import array
from risk.identifiers import IdentifierKind
from risk.list_values import masked
from risk.lists import ListKind
from tiers.models import Account
from verification.console.ring_members import ERASED, Known, known_of
from verification.models import Signup

PER_PAGE = 15
PAGES_MOST = 40
DEVICES = 20  # of an account, the newest that it came with
EVER = datetime(9999, 1, 1, tzinfo=UTC)
NOT_KNOWN = "network not known"

# By `identifiers_of_subject` to the account's devices, by `identifiers_by_value` to who came with each, the newest
# first, and by `changes_of_device` to what was otherwise before.
SEEN_SQL = """
SELECT seen.value, seen.subject, seen.at, changed.names
FROM (
    SELECT DISTINCT value FROM risk_identifier WHERE subject = %(subject)s AND kind = %(kind)s LIMIT %(devices)s
) mine
CROSS JOIN LATERAL (
    SELECT value, subject, at FROM risk_identifier
    WHERE kind = %(kind)s AND value = mine.value AND at <= %(until)s
    ORDER BY at DESC LIMIT %(most)s
) seen
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT name) AS names
    FROM risk_devicechange CROSS JOIN LATERAL jsonb_object_keys(was) name
    WHERE device = seen.value AND at = seen.at
) changed ON true
ORDER BY seen.at DESC, seen.subject DESC, seen.value LIMIT %(limit)s OFFSET %(before)s
"""
FIRST_SQL = """
SELECT asked.subject, network->>'asn', network->>'as_name', network->>'country'
FROM unnest(%s::bigint[]) AS asked(subject) CROSS JOIN LATERAL (
    SELECT facts->'network' AS network FROM risk_assessment WHERE subject = asked.subject ORDER BY id LIMIT 1
) first
"""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A device, seen once. `drifted` names the parts that were otherwise until then."""

    device: int
    at: datetime
    own: bool
    known: Known
    network: str
    drifted: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sightings:
    """A page of them, the newest first, and the numbers of the pages beside it; None where there is none."""

    lines: Sequence[Sighting]
    earlier: int | None
    later: int | None


def sightings(account: Account, *, page: int = 1, until: datetime = EVER) -> Sightings:
    """A page of the sightings of an account's devices; `until` leaves out what came later."""
    page = min(max(page, 1), PAGES_MOST)
    rows = _seen(account.pk, page, until)
    shown = rows[:PER_PAGE]
    subjects = {subject for _, subject, _, _ in shown}
    known, networks = known_of(subjects), _networks(subjects)
    further = len(rows) > PER_PAGE and page < PAGES_MOST
    return Sightings(
        lines=[
            Sighting(
                device=device,
                at=at,
                own=subject == account.pk,
                known=known.get(subject, ERASED),
                network=networks.get(subject, NOT_KNOWN),
                drifted=[part_of(name) for name in names or ()],
            )
            for device, subject, at, names in shown
        ],
        earlier=page + 1 if further else None,
        later=page - 1 if page > 1 else None,
    )


def page_asked(asked: str) -> int:
    """The number of a page from an address; what is none is the first."""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1


def part_of(name: str) -> str:
    """A component as people read it: `+canvasGeometry` is "canvas geometry"."""
    bare = name.removeprefix("+")
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in bare).strip()


def _seen(subject: int, page: int, until: datetime) -> list[tuple[int, int, datetime, list[str] | None]]:
    before = (page - 1) * PER_PAGE
    asked: dict[str, Any] = {
        "subject": subject,
        "kind": int(IdentifierKind.DEVICE),
        "devices": DEVICES,
        "most": before + PER_PAGE + 1,
        "limit": PER_PAGE + 1,
        "before": before,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(SEEN_SQL, asked)
        return list(cursor.fetchall())


def _networks(subjects: Iterable[int]) -> Mapping[int, str]:
    """Of each signup: the beginning of its address, the operator and the country, as far as they are known."""
    wanted = sorted(subjects)
    with connection.cursor() as cursor:
        cursor.execute(FIRST_SQL, [array(wanted)])
        found = {subject: (f"AS{asn}" if asn else None, name, country) for subject, asn, name, country in cursor}
    addresses = _addresses(wanted)
    return {subject: _told(addresses.get(subject, ""), *found.get(subject, ())) for subject in wanted}


def _addresses(subjects: Sequence[int]) -> dict[int, str]:
    """Masked; none where a key is gone."""
    people: Any = Signup.objects.filter(account__in=subjects).values_list("account_id", "person")
    try:
        return {pk: masked(ListKind.ADDRESSES, person["ip"]) for pk, person in people if person.get("ip")}
    except DecryptionError:
        return {}


def _told(address: str, asn: str | None = None, name: str | None = None, country: str | None = None) -> str:
    operator = " ".join(filter(None, (asn, name)))
    return ", ".join(filter(None, (address, operator, country))) or NOT_KNOWN
