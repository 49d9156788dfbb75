"""Which entries of lists a registration stands on: those of the policies that judge, and the live ones beside them.

Every form that could match is worked out from what was shown (a mailbox, its domain and those above it, the blocks
around a number, the networks around an address) and found in a table in memory. A signup asks the database nothing:
each process keeps the live entries and looks every REFRESH_SECONDS whether there are newer ones. Where there are more
than KEPT_MOST, they are asked for with one statement a batch instead.
"""

import ipaddress
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.db import DatabaseError
from django.db.models import Max, Q

from risk.facts import Facts, Listed
from risk.identifiers import IdentifierKind, Identifiers
from risk.list_values import SEALED_KINDS, sealed, sealed_block
from risk.lists import LIVE, ListKind, PolicyList
from risk.lookups.network import NotAnAddress, parse
from risk.models import ListEntry
from risk.policies.store import in_force, parsed

log = logging.getLogger(__name__)
REFRESH_SECONDS = 5.0
KEPT_MOST = 20_000  # live entries in memory, read in about a second at the first signup; above, they are asked for
LISTED_MOST = 100  # entries that one registration is told of
BLOCK_SIZES = (10, 100, 1_000, 10_000)
LISTABLE = {kind.value: kind for kind in (*SEALED_KINDS.values(), IdentifierKind.PHONE_PLACE)}
Form = tuple[str, str]  # kind of list and stored form
ALL_LENGTHS = frozenset({(4, length) for length in range(32)} | {(6, length) for length in range(128)})


@dataclass(frozen=True, slots=True)
class Shown:
    """What one registration shows that lists can be of. `ip` and `bin` are not kept for looking again later."""

    at: datetime
    identifiers: Identifiers
    domain: str | None = None
    asn: int | None = None
    ip: str | None = None
    bin: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An account to look for again: its facts, at which moment, and the kinds and values that it showed."""

    facts: Facts
    at: datetime
    shown: Iterable[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Table:
    """Entries by the forms that they match, and the lengths of the networks among them."""

    table: Mapping[Form, Sequence[Listed]]
    lengths: frozenset[tuple[int, int]]


def shown_by(facts: Facts, identifiers: Identifiers, *, ip: str | None, card_bin: str | None) -> Shown:
    """What facts and identifiers show."""
    domain = facts.mailbox.domain if facts.mailbox else None
    asn = facts.network.asn if facts.network else None
    public = facts.network is not None and facts.network.scope == "public"
    return Shown(facts.at, identifiers, domain=domain, asn=asn, ip=ip if public else None, bin=card_bin)


def listed(shown: Sequence[Shown]) -> list[tuple[Listed, ...]]:
    """For each registration, the entries that it stands on and that are in force at its time.

    While the live entries cannot be read, those that were read last count on.

    Raises:
        django.db.DatabaseError: the live entries could not be read.

    """
    own = _own()
    _refresh()
    if _live.too_many:
        forms = [forms_of(one, ALL_LENGTHS) for one in shown]
        entries = ListEntry.objects.filter(value__in={value for of_one in forms for _, value in of_one})
        asked = _index((_as_listed(entry), entry.value) for entry in entries)
        tables: Sequence[Mapping[Form, Sequence[Listed]]] = (own.table, asked)
    else:
        lengths = own.lengths | _live.lengths
        forms = [forms_of(one, lengths) for one in shown]
        tables = (own.table, _live.table)
    return [_match(of_one, one.at, tables) for of_one, one in zip(forms, shown, strict=True)]


def listed_again(asked: Sequence[Asked]) -> list[tuple[Listed, ...]]:
    """The entries that accounts stand on at a moment, by the kinds and values that each showed, however often changed.

    Its address and the first digits of its card are not kept in a form that networks and BINs could be held against:
    of these, entries found before stay, unless they were removed; new ones are not found.
    """
    _refresh()
    if not (_own().table or _live.table or _live.too_many or any(one.facts.listed for one in asked)):
        return [()] * len(asked)
    shown = [[_rest(one), *_one_by_one(one)] for one in asked]
    found = iter(listed([each for of_one in shown for each in of_one]))
    kept = _kept([one.facts for one in asked])
    return [
        _in_force({*(entry for _ in of_one for entry in next(found)), *still}, one.at)
        for one, of_one, still in zip(asked, shown, kept, strict=True)
    ]


def _refresh() -> None:
    try:
        _live.refresh()
    except DatabaseError:
        if not _live.was_read:
            raise
        log.warning("Live entries of lists could not be read; those that were read last count on.")


def _rest(one: Asked) -> Shown:
    return replace(shown_by(one.facts, {}, ip=None, card_bin=None), at=one.at)


def _one_by_one(one: Asked) -> list[Shown]:
    return [Shown(one.at, {LISTABLE[kind]: value}) for kind, value in one.shown if kind in LISTABLE]


def _kept(asked: Sequence[Facts]) -> list[list[Listed]]:
    """For each, the entries of networks and BINs that it was found on before, as they are now."""
    kept = [[entry for entry in facts.listed if entry.of in (ListKind.NETWORKS, ListKind.BINS)] for facts in asked]
    live = {entry.entry for of_one in kept for entry in of_one if entry.entry.startswith(LIVE)}
    stored = ListEntry.objects.in_bulk([int(name.removeprefix(LIVE)) for name in live]) if live else {}
    now = {f"{LIVE}{pk}": _as_listed(entry) for pk, entry in stored.items()}
    gone = live - now.keys()
    return [[now.get(entry.entry, entry) for entry in of_one if entry.entry not in gone] for of_one in kept]


def _in_force(entries: Iterable[Listed], at: datetime) -> tuple[Listed, ...]:
    return tuple(sorted((entry for entry in entries if entry.holds(at)), key=_order)[:LISTED_MOST])


def table_of(lists: Iterable[PolicyList]) -> Table:
    """The own entries of lists. One that several versions of a list have is there once."""
    lines = {
        (one.name, entry.id): (Listed(one.name, entry.id, one.of, entry.since, entry.until), entry.value)
        for one in lists
        for entry in one.entries.values()
        if entry.value is not None
    }
    table = _index(lines.values())
    return Table(table, _lengths(table))


def listed_in(table: Table, facts: Facts, identifiers: Iterable[tuple[int, int]]) -> tuple[Listed, ...]:
    """The entries of a table that an account stands on by facts and what it showed; none of networks and BINs."""
    shown = [Shown(facts.at, {IdentifierKind(kind): value}) for kind, value in identifiers]
    rest = shown_by(facts, {}, ip=None, card_bin=None)
    forms = {form for one in (rest, *shown) for form in forms_of(one, frozenset())}
    return _match(forms, facts.at, (table.table,))


def look_soon() -> None:
    """Follow what this process itself has changed at once."""
    _live.look_soon()


def forget() -> None:
    """Read the live entries anew next time."""
    _live.forget()
    _table_of.cache_clear()


def _match(
    forms: Iterable[Form], at: datetime, tables: Iterable[Mapping[Form, Sequence[Listed]]]
) -> tuple[Listed, ...]:
    found = [entry for table in tables for form in forms if form in table for entry in table[form] if entry.holds(at)]
    return tuple(sorted(found, key=_order)[:LISTED_MOST])


def _order(entry: Listed) -> tuple[str, str]:
    return entry.list, entry.entry


def forms_of(shown: Shown, lengths: frozenset[tuple[int, int]]) -> list[Form]:
    """Every stored form that would match what is shown. `lengths` are those that networks on lists have."""
    ids = shown.identifiers
    forms = [
        (str(kind), sealed(identifier, ids[identifier]))
        for kind, identifier in SEALED_KINDS.items()
        if identifier in ids
    ]
    if (near := ids.get(IdentifierKind.PHONE_PLACE)) is not None:
        forms += [(str(ListKind.PHONE_BLOCKS), sealed_block(near, size)) for size in BLOCK_SIZES]
    if shown.domain:
        labels = shown.domain.lower().split(".")
        forms += [(str(ListKind.DOMAINS), ".".join(labels[place:])) for place in range(len(labels) - 1)]
    if shown.asn is not None:
        forms.append((str(ListKind.ASNS), str(shown.asn)))
    if shown.bin:
        forms.append((str(ListKind.BINS), shown.bin))
    return forms + [(str(ListKind.NETWORKS), network) for network in _networks(shown.ip, lengths)]


def _networks(ip: str | None, lengths: frozenset[tuple[int, int]]) -> list[str]:
    if ip is None or not lengths:
        return []
    try:
        address = parse(ip)
    except NotAnAddress:
        return []
    fitting = [length for version, length in lengths if version == address.version]
    return [str(ipaddress.ip_network((address, length), strict=False)) for length in fitting]


def _own() -> Table:
    judging = in_force()
    return _table_of((judging.active.policy.digest, *(shadow.policy.digest for shadow in judging.shadows)))


@lru_cache(maxsize=8)
def _table_of(digests: tuple[str, ...]) -> Table:
    return table_of(one for digest in digests for one in parsed(digest).policy.lists)


def _index(lines: Iterable[tuple[Listed, str]]) -> Mapping[Form, Sequence[Listed]]:
    table: dict[Form, list[Listed]] = defaultdict(list)
    for entry, value in lines:
        table[str(entry.of), value].append(entry)
    return dict(table)


def _lengths(forms: Iterable[Form]) -> frozenset[tuple[int, int]]:
    networks = (value.partition("/") for kind, value in forms if kind == ListKind.NETWORKS)
    return frozenset((6 if ":" in address else 4, int(length)) for address, _, length in networks)


def _as_listed(entry: ListEntry) -> Listed:
    ends = [end for end in (entry.expires_at, entry.removed_at) if end is not None]
    return Listed(entry.list, f"{LIVE}{entry.pk}", entry.kind, entry.since, min(ends) if ends else None)


class _Live:
    """The live entries as this process last read them. What is newer is read; what was removed is read again.

    Writers take turns (risk.list_entries), so that no number below the highest seen is still to come.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._entries: dict[int, tuple[Listed, str]] = {}
        self._seen: tuple[int, datetime | None] = (0, None)
        self._due = 0.0
        self.table: Mapping[Form, Sequence[Listed]] = {}
        self.lengths: frozenset[tuple[int, int]] = frozenset()
        self.too_many = False
        self.was_read = False

    def look_soon(self) -> None:
        self._due = 0.0

    def refresh(self) -> None:
        """Look whether there is something new, where that is due; the others read on from what there was."""
        if time.monotonic() < self._due or not self._turn.acquire(blocking=self._due == 0.0):
            return
        try:
            if time.monotonic() >= self._due:
                self._read()
                self.was_read = True
                self._due = time.monotonic() + REFRESH_SECONDS
        finally:
            self._turn.release()

    def _read(self) -> None:
        newest = ListEntry.objects.aggregate(last=Max("pk"), removed=Max("removed_at"))
        now = (newest["last"] or 0, newest["removed"])
        if now == self._seen:
            return
        if self.too_many:  # entries are never deleted: it stays so
            return
        last, removed = self._seen
        changed = Q(pk__gt=last) | (Q(removed_at__gt=removed) if removed else Q(removed_at__isnull=False))
        entries = dict(self._entries)
        for entry in ListEntry.objects.filter(changed)[: KEPT_MOST + 1]:
            entries[entry.pk] = (_as_listed(entry), entry.value)
        self.too_many = len(entries) > KEPT_MOST
        self._entries = {} if self.too_many else entries
        self.table = _index(self._entries.values())
        self.lengths = _lengths(self.table)
        self._seen = now


_live = _Live()
