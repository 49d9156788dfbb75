"""The devices on record: knowing one again, remembering it as it is now, and learning how common its parts are.

All that is kept of a component is its keyed hash. A batch is recognised with two queries, whatever is on record: each
key is probed in an index for a few devices at most, so that a flood of one print costs no more than a single one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from config.lib.crypto import settled_hash
from config.lib.sqlarrays import array
from risk.facts import BrowserFacts
from risk.identifiers import IdentifierKind, hashed
from risk.models import ComponentCount
from risk.recognition.blocking import BLOCKS, block_keys
from risk.recognition.components import Print, print_of
from risk.recognition.matching import NOT_ASKED, Candidate, Match, match
from risk.recognition.rarity import ALL, Rarity, count_keys, rarity_of, whole_key
from risk.registration import DeviceReport

PER_KEY = 6  # devices looked at for each key, the newest: 55 at most, where no two keys lead to the same
LEARN_AT_ONCE = 5_000
# Counts halve in this time, by forward decay (G. Cormode et al., ICDE 2009): what is new weighs more, and nothing that
# is stored has to be touched as time goes by.
HALF_LIFE_DAYS = 180.0
DECAY_FROM = datetime(2026, 1, 1, tzinfo=UTC)
COUNTS_MOST = 2_000_000  # rows; beyond it, what was seen once is forgotten

_BLOCK_COLUMNS = [f"block_{number}" for number in range(1, len(BLOCKS) + 1)]
_PROBES = " UNION ".join(
    f"(SELECT id FROM risk_device WHERE blocks[{number}] = asked.{column} ORDER BY id DESC LIMIT {PER_KEY})"  # noqa: S608 - names of our own
    for number, column in enumerate(_BLOCK_COLUMNS, 1)
)
FIND_SQL = f"""
SELECT asked.number, device.value, device.visitor, device.components, device.major, device.os_major,
    device.handset, device.first_seen, device.last_seen
FROM unnest(%s::int[], %s::bigint[], {", ".join(["%s::bigint[]"] * len(BLOCKS))})
    AS asked(number, visitor, {", ".join(_BLOCK_COLUMNS)})
CROSS JOIN LATERAL (
    (SELECT id FROM risk_device WHERE visitor = asked.visitor ORDER BY id DESC LIMIT {PER_KEY})
    UNION (SELECT id FROM risk_device WHERE value = asked.visitor)
    UNION {_PROBES}
) AS found
JOIN risk_device device ON device.id = found.id
"""  # noqa: S608 - names of our own
# Both at once: the counts come as the components of a row without a number.
READ_SQL = f"""
SELECT NULL::int, NULL::bigint, NULL::bigint, jsonb_object_agg(key, weight), NULL::int, NULL::int, NULL::bool,
    NULL::timestamptz, NULL::timestamptz
FROM risk_componentcount WHERE key = ANY(%s::bigint[])
UNION ALL ({FIND_SQL})
"""  # noqa: S608 - as above
# What is seen later than what is on record replaces it, and what it was stays written down (risk.drifting); of an older
# sighting only its time is kept.
WRITE_SQL = """
WITH before AS (
    SELECT value, components FROM risk_device WHERE value = ANY(%s::bigint[])
), written AS (
    INSERT INTO risk_device AS known
        (value, visitor, components, major, os_major, handset, blocks, first_seen, last_seen)
    SELECT value, visitor, components, major, os_major, handset, blocks::bigint[], first_seen, last_seen
    FROM unnest(%s::bigint[], %s::bigint[], %s::jsonb[], %s::int[], %s::int[], %s::bool[], %s::text[],
        %s::timestamptz[], %s::timestamptz[])
        AS seen(value, visitor, components, major, os_major, handset, blocks, first_seen, last_seen)
    ON CONFLICT (value) DO UPDATE SET
        first_seen = least(known.first_seen, excluded.first_seen),
        last_seen = greatest(known.last_seen, excluded.last_seen),
        visitor = CASE WHEN excluded.last_seen >= known.last_seen THEN excluded.visitor ELSE known.visitor END,
        components = CASE WHEN excluded.last_seen >= known.last_seen THEN excluded.components ELSE known.components END,
        major = CASE WHEN excluded.last_seen >= known.last_seen THEN excluded.major ELSE known.major END,
        os_major = CASE WHEN excluded.last_seen >= known.last_seen THEN excluded.os_major ELSE known.os_major END,
        handset = CASE WHEN excluded.last_seen >= known.last_seen THEN excluded.handset ELSE known.handset END,
        blocks = CASE WHEN excluded.last_seen >= known.last_seen THEN excluded.blocks ELSE known.blocks END
    RETURNING id, value, components, last_seen, xmax = 0 AS is_new
), changed AS (
    INSERT INTO risk_devicechange (device, at, was)
    SELECT written.value, written.last_seen, jsonb_object_agg(was.key, was.value)
    FROM written JOIN before USING (value) CROSS JOIN jsonb_each(before.components) was
    WHERE written.components -> was.key IS DISTINCT FROM was.value
    GROUP BY written.value, written.last_seen
)
INSERT INTO risk_uncounteddevice (id) SELECT id FROM written WHERE is_new AND components <> '{}'
"""
TAKE_SQL = """
WITH taken AS (
    DELETE FROM risk_uncounteddevice
    WHERE id IN (SELECT id FROM risk_uncounteddevice ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING id
)
SELECT device.visitor, device.components, device.handset, device.first_seen
FROM taken JOIN risk_device device USING (id)
"""
ADD_SQL = """
INSERT INTO risk_componentcount AS known (key, weight) SELECT * FROM unnest(%s::bigint[], %s::float8[])
ON CONFLICT (key) DO UPDATE SET weight = known.weight + excluded.weight
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One sighting to recognise. `account_id` tells devices apart that cannot be told apart by what they show."""

    seen: Print
    at: datetime
    account_id: str


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which device it is: its own number for good, how it looks now, when it was seen, and how it was known."""

    identity: int
    seen: Print
    first_seen: datetime
    last_seen: datetime
    match: Match
    since: datetime | None = None  # on record before this look


def print_at(device: DeviceReport, browser: BrowserFacts | None, further: Mapping[str, str]) -> Print:
    """The print of a device, in this install's keyed hashes."""
    return print_of(device, browser, further, _digest)


def _digest(name: str, text: str) -> int:
    if name == "visitor_id":
        return hashed(IdentifierKind.DEVICE, text)
    return settled_hash("device component", f"{name}\n{text}")


def recognise(looks: Sequence[Look | None]) -> list[Recognition | None]:
    """Know devices again, in the order of their times; earlier ones of the batch are on record for later ones.

    None for a look that shows nothing to know a device by.

    Raises:
        django.db.DatabaseError: the database could not answer in time.

    """
    batch = _Batch([look for look in looks if look is not None and _identifies(look.seen)])
    found = {id(look): batch.recognise(place) for place, look in enumerate(batch.looks)}
    return [found.get(id(look)) for look in looks]


@dataclass(frozen=True, slots=True)
class _Record:
    """A device as it is on record, or as an earlier look of the batch leaves it."""

    identity: int
    known: Print
    first_seen: datetime
    last_seen: datetime


class _Batch:
    """Looks that are recognised one after the other, with what is on record for all of them read at once."""

    def __init__(self, looks: Sequence[Look]) -> None:
        self.looks = looks
        self._keys = [(look.seen.visitor, *block_keys(look.seen)) for look in looks]
        self._counted = [count_keys(look.seen) for look in looks]
        telling = [keys for look, keys in zip(looks, self._counted, strict=True) if look.seen.telling]
        self._on_record, self._counts = _read(self._keys, {key for keys in telling for key in keys.values()})
        self._now: dict[int, _Record] = {}  # as earlier looks leave them
        self._by_key: dict[tuple[int, int], list[int]] = defaultdict(list)  # place and key -> identities

    def recognise(self, place: int) -> Recognition:
        look = self.looks[place]
        records = self._records(place)
        candidates = [
            Candidate(record.identity, record.known, (look.at - record.last_seen).total_seconds() / 86400)
            for record in records.values()
        ]
        answer = match(look.seen, candidates, self._rarity(place))
        if answer.number is None:
            recognised = Recognition(self._new_identity(look, records), look.seen, look.at, look.at, answer)
        else:
            recognised = _again(look, records[answer.number], answer)
        self._remember(recognised, place)
        return recognised

    def _rarity(self, place: int) -> Rarity:
        look = self.looks[place]
        return rarity_of(look.seen, self._counted[place], self._counts, 1 / _scale(look.at))

    def _records(self, place: int) -> dict[int, _Record]:
        records = {record.identity: self._now.get(record.identity, record) for record in self._on_record[place]}
        for kind, key in enumerate(self._keys[place]):
            if key is not None:
                for identity in self._by_key[kind, key][-PER_KEY:]:
                    records[identity] = self._now[identity]
        return records

    def _new_identity(self, look: Look, records: dict[int, _Record]) -> int:
        """By what it shows, so that two signups at once make one device; where that is taken, by the account too."""
        shown = _number_of(look.seen)
        if shown not in records and shown not in self._now:
            return shown
        return settled_hash("device of account", f"{shown}\n{look.account_id}")

    def _remember(self, recognised: Recognition, place: int) -> None:
        self._now[recognised.identity] = _Record(
            recognised.identity, recognised.seen, recognised.first_seen, recognised.last_seen
        )
        for kind, key in enumerate(self._keys[place]):
            if key is not None and recognised.identity not in self._by_key[kind, key][-PER_KEY:]:
                self._by_key[kind, key].append(recognised.identity)


def _again(look: Look, record: _Record, answer: Match) -> Recognition:
    """The device as it is now: what was not reported this time is as it was."""
    seen = look.seen
    if look.at < record.last_seen:
        seen = record.known
    elif record.known.values:
        seen = replace(
            seen,
            visitor=record.known.visitor if seen.visitor is None else seen.visitor,
            values={**record.known.values, **seen.values},
            major=record.known.major if seen.major is None else seen.major,
            os_major=record.known.os_major if seen.os_major is None else seen.os_major,
            handset=seen.handset or record.known.handset,
        )
    first, last = min(record.first_seen, look.at), max(record.last_seen, look.at)
    return Recognition(record.identity, seen, first, last, answer, since=record.first_seen)


def taken_as_shown(look: Look | None) -> Recognition | None:
    """The device that a look shows, where what is on record cannot be asked: the first with its visitor id."""
    if look is None or not _identifies(look.seen):
        return None
    return Recognition(_number_of(look.seen), look.seen, look.at, look.at, NOT_ASKED)


def _number_of(seen: Print) -> int:
    return seen.visitor if seen.visitor is not None else whole_key(seen)


def _identifies(seen: Print) -> bool:
    return seen.visitor is not None or seen.telling


def _read(keys: Sequence[Sequence[int | None]], counted: set[int]) -> tuple[list[list[_Record]], dict[int, float]]:
    """The devices on record under each of some keys, and the counts of what was asked for. One query for both."""
    found: list[list[_Record]] = [[] for _ in keys]
    counts: dict[int, float] = {}
    if not keys:
        return found, counts
    with connection.cursor() as cursor:
        asked = [array(range(len(keys))), *map(array, zip(*keys, strict=True))]
        cursor.execute(READ_SQL, [array([ALL, *counted] if counted else []), *asked])
        rows = cursor.fetchall()
    records: dict[int, _Record] = {}  # each read once: a batch finds what is common again and again
    for number, identity, visitor, document, major, os_major, handset, first_seen, last_seen in rows:
        if number is None:
            counts = msgspec.json.decode(document or "{}", type=dict[int, float])
            continue
        if identity not in records:
            known = Print(visitor, msgspec.json.decode(document), major, os_major, handset)
            records[identity] = _Record(identity, known, first_seen, last_seen)
        found[number].append(records[identity])
    return found, counts


def _scale(at: datetime) -> float:
    """What one device weighs that is counted at a moment: twice as much as one a half-life before."""
    return float(2.0 ** ((at - DECAY_FROM).total_seconds() / 86400 / HALF_LIFE_DAYS))


def remember(recognitions: Iterable[Recognition]) -> None:
    """Write down the devices of a batch as they are now, in the caller's transaction; new ones wait to be counted."""
    # Each once, as its latest look leaves it; in order, so that two batches never wait for each other crosswise.
    latest = {recognised.identity: recognised for recognised in recognitions}
    rows = [_row(latest[identity]) for identity in sorted(latest)]
    if rows:
        with connection.cursor() as cursor:
            columns = list(map(list, zip(*rows, strict=True)))
            cursor.execute(WRITE_SQL, [columns[0], *columns])


def _row(recognised: Recognition) -> tuple[Any, ...]:
    seen = recognised.seen
    blocks = ",".join("NULL" if key is None else str(key) for key in block_keys(seen))
    return (
        recognised.identity,
        seen.visitor,
        msgspec.json.encode(seen.values).decode(),
        seen.major,
        seen.os_major,
        seen.handset,
        f"{{{blocks}}}",
        recognised.first_seen,
        recognised.last_seen,
    )


def learn() -> int:
    """Count the parts of the devices that came since the last time; returns how many there were, LEARN_AT_ONCE at most.

    Apart from the signups, whose transactions would wait for each other at the counts of what everybody has.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE_SQL, [LEARN_AT_ONCE])
        rows = cursor.fetchall()
        added: dict[int, float] = defaultdict(float)
        for visitor, components, handset, first_seen in rows:
            seen = Print(visitor, msgspec.json.decode(components), handset=handset)
            for key in (ALL, *count_keys(seen).values()):
                added[key] += _scale(first_seen)
        if added:
            keys, weights = zip(*sorted(added.items()), strict=True)
            cursor.execute(ADD_SQL, [list(keys), list(weights)])
    return len(rows)


def forget_rare(now: datetime) -> int:
    """Where there are too many counts, drop those of what was seen once; returns how many."""
    if ComponentCount.objects.count() <= COUNTS_MOST:
        return 0
    return ComponentCount.objects.filter(weight__lt=1.5 * _scale(now)).delete()[0]
