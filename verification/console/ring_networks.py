"""The map of a ring's networks: which operators, in which countries, its members signed up from and called from.

It is a table of networks by countries and no map of the world: what tells one operator from many people is which
networks come together, which a country's outline cannot show, and two networks of one country would lie on each other.
Nor does it need shapes of countries, which no package that Gatehouse has brings. Every number leads to its members.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from django.db import connection

from risk.intel.kinds import AsKind, classify
from risk.usage import partitions

Key = TypeVar("Key", int, str)
LOOKED_AT = 1_000  # members, the newest: the facts of each have to be unpacked
CALLED_FOR = timedelta(days=14)
NETWORKS, COUNTRIES = 12, 7  # shown by themselves, those of the most members; the others are added up
OTHERS = "others"
ASKED = re.compile(r"(?P<asn>[0-9]{1,10})-(?P<country>[A-Z]{2})?")

NEWEST_SQL = "SELECT subject FROM risk_ringmember WHERE ring_id = %(ring)s AND left_at IS NULL ORDER BY subject DESC"
LAST_SQL = f"""
FROM ({NEWEST_SQL} LIMIT {LOOKED_AT}) member
CROSS JOIN LATERAL (
    SELECT facts->'network' AS network FROM risk_assessment WHERE subject = member.subject ORDER BY id DESC LIMIT 1
) last
"""  # noqa: S608 - names of our own
SIGNED_UP_SQL = f"""
SELECT coalesce((network->>'asn')::bigint, 0), coalesce(network->>'country', ''), count(*),
       max(network->>'as_name'), max(network->>'as_kind') {LAST_SQL} GROUP BY 1, 2
"""
FROM_USE_SQL = f"""
FROM ({NEWEST_SQL} LIMIT {LOOKED_AT}) member
JOIN {partitions.TABLE} used ON used.subject = member.subject AND used.start >= %(since)s
"""
CALLED_SQL = f"""
SELECT used.provider, used.country, count(DISTINCT used.subject) {FROM_USE_SQL} GROUP BY 1, 2
"""
WHO_SIGNED_UP_SQL = f"""
SELECT member.subject {LAST_SQL}
WHERE coalesce((network->>'asn')::bigint, 0) = %(asn)s AND coalesce(network->>'country', '') = %(country)s
"""
WHO_CALLED_SQL = f"""
SELECT DISTINCT member.subject {FROM_USE_SQL} WHERE used.provider = %(asn)s AND used.country = %(country)s
"""


class Via(StrEnum):
    """How a member came from a network."""

    SIGNED_UP = "signed_up"
    CALLED = "called"


@dataclass(slots=True)
class Cell:
    """A network in a country: how many members signed up there and how many called, and their bars in percent.

    `asked` is what the address of its members says; "" where it is more than one network or country.
    """

    country: str
    asked: str = ""
    signed_up: int = 0
    called: int = 0
    signed_up_percent: str = "0"
    called_percent: str = "0"

    def put(self, via: Via, members: int) -> None:
        """Add so many."""
        if via is Via.SIGNED_UP:
            self.signed_up += members
        else:
            self.called += members


@dataclass(slots=True)
class Network:
    """A line of the map: an operator, its kind, and a cell for each country that is shown."""

    name: str
    kind: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Networks:
    """The map. `reported`: any call of a member is known."""

    countries: Sequence[str]
    lines: Sequence[Network]
    reported: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """The members of one number of the map."""

    asn: int
    country: str
    via: Via

    @property
    def words(self) -> str:
        """What they have in common."""
        did = "signed up" if self.via is Via.SIGNED_UP else "called"
        return f"{did} from {_number(self.asn)}, {self.country or 'country not known'}"


@dataclass(slots=True)
class _Counted:
    """Members by network and country, for each way of coming, and what is known of the networks."""

    members: dict[Via, dict[tuple[int, str], int]] = field(default_factory=lambda: {via: {} for via in Via})
    names: dict[int, str] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)


def networks(ring_pk: int, *, now: datetime) -> Networks:
    """Of the newest members. Two queries, by the indexes of assessments and of use."""
    counted = _count(ring_pk, now)
    by_network, by_country = _sums(counted)
    shown, countries = _largest(by_network, NETWORKS), _largest(by_country, COUNTRIES)
    cells: dict[int | None, dict[str, Cell]] = defaultdict(dict)
    for via, found in counted.members.items():
        for (asn, country), members in found.items():
            row, column = asn if asn in shown else None, country if country in countries else OTHERS
            asked = f"{asn}-{country}" if row is not None and column != OTHERS else ""
            cells[row].setdefault(column, Cell(column, asked)).put(via, members)
    _draw([cell for line in cells.values() for cell in line.values()])
    columns = [*countries, *([OTHERS] if len(by_country) > len(countries) else [])]
    return Networks(
        countries=[column or "not known" for column in columns],
        lines=[_line(asn, cells[asn], columns, counted) for asn in (*shown, None) if asn in cells],
        reported=bool(counted.members[Via.CALLED]),
    )


def chosen_of(asked: str, via: str) -> Chosen | None:
    """What an address chooses; None where it is nothing that the map has."""
    found = ASKED.fullmatch(asked) if asked.isascii() else None
    return Chosen(int(found["asn"]), found["country"] or "", Via(via)) if found and via in set(Via) else None


def members_from(ring_pk: int, chosen: Chosen, *, now: datetime) -> list[int]:
    """The members behind one number of the map, as many as it says."""
    sql = WHO_SIGNED_UP_SQL if chosen.via is Via.SIGNED_UP else WHO_CALLED_SQL
    asked: dict[str, Any] = {"ring": ring_pk, "since": now - CALLED_FOR, "asn": chosen.asn, "country": chosen.country}
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return [subject for (subject,) in cursor.fetchall()]


def _count(ring_pk: int, now: datetime) -> _Counted:
    counted = _Counted()
    asked: dict[str, Any] = {"ring": ring_pk, "since": now - CALLED_FOR}
    with connection.cursor() as cursor:
        cursor.execute(SIGNED_UP_SQL, asked)
        for asn, country, members, name, kind in cursor.fetchall():
            counted.members[Via.SIGNED_UP][asn, country] = members
            counted.names.setdefault(asn, name or "")
            counted.kinds.setdefault(asn, kind or "")
        cursor.execute(CALLED_SQL, asked)
        counted.members[Via.CALLED].update({(asn, country): members for asn, country, members in cursor.fetchall()})
    return counted


def _sums(counted: _Counted) -> tuple[dict[int, int], dict[str, int]]:
    by_network: dict[int, int] = defaultdict(int)
    by_country: dict[str, int] = defaultdict(int)
    for found in counted.members.values():
        for (asn, country), members in found.items():
            by_network[asn] += members
            by_country[country] += members
    return by_network, by_country


def _largest(sums: Mapping[Key, int], most: int) -> list[Key]:
    return sorted(sums, key=lambda key: (-sums[key], key))[:most]


def _draw(cells: Iterable[Cell]) -> None:
    """Bars beside the longest of all, so that cells can be compared with each other."""
    cells = list(cells)
    most = max((max(cell.signed_up, cell.called) for cell in cells), default=0) or 1
    for cell in cells:
        cell.signed_up_percent, cell.called_percent = _percent(cell.signed_up, most), _percent(cell.called, most)


def _percent(members: int, most: int) -> str:
    return f"{100 * members / most:.1f}"


def _line(asn: int | None, cells: Mapping[str, Cell], columns: Sequence[str], counted: _Counted) -> Network:
    of_each = [cells.get(column) or Cell(column) for column in columns]
    if asn is None:
        return Network("others", "", of_each)
    name = counted.names.get(asn, "")
    kind = counted.kinds.get(asn) or (classify(asn) if asn else AsKind.UNKNOWN)
    return Network(f"{_number(asn)} {name}".strip(), kind, of_each)


def _number(asn: int) -> str:
    return f"AS{asn}" if asn else "a network that is not known"
