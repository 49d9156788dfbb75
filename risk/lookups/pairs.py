"""How often two traits are seen together, learnt from signups: counts that halve every thirty days.

Each signup leaves one row in a buffer, and none where its network has left one that day: so a flood from one network
counts once, and signups never wait for each other over a hot count. `learn` adds the buffer up, from beat and from the
importer. Counts are kept by forward decay (G. Cormode et al., Forward Decay, ICDE 2009): a sighting is worth
2**(days since EPOCH / HALF_LIFE) when it is added, and a count is divided by today's worth when it is read, so that no
count is ever touched just because time goes by. Traits stand in the tables as keyed hashes.

A forged pair that comes from many networks at once must not soon look usual: from LEARNT sightings on, a pair grows by
at most DAILY_FLOOR a day and SURGE times its share of what was learnt before.
"""

import ipaddress
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from config.lib.crypto import settled_hash
from config.lib.sqlarrays import array
from risk.facts import PairFacts
from risk.lookups.network import NotAnAddress, parse
from risk.models import PairCount, PairSighting
from risk.traits import PAIRS, Group, Pair, Traits

EPOCH = date(2026, 1, 1)
HALF_LIFE_DAYS = 30.0
IPV4_BITS, IPV6_BITS = 24, 40  # whoever has one IPv6 network mostly has a /32 to /48 of them, for nothing
LEARNT = 5_000  # sightings; from here on growth is held back
DAILY_FLOOR = 3.0  # sightings a day by which any pair may grow
SURGE = 2.0  # times a pair's share before
MIN_EXPECTED = 60.0  # of fewer expected, none at all would not be telling: lift is at most 3 / expected
BATCH = 2_000  # sightings added up in one transaction
SIGHTINGS_KEPT = timedelta(days=2)  # after they were written: as long as the same day may bring the network again
COUNTS_MAX = 1_000_000  # rows, about 100 MB with the index
LEAST = 0.5  # a single sighting is forgotten after one half-life
LOCK = 0x6A71  # of learners among themselves

ASK_SQL = "SELECT key, weight FROM risk_paircount WHERE key = ANY(%s::bigint[])"
NOTE_SQL = """
INSERT INTO risk_pairsighting (day, network, traits, pairs, written_at, learnt)
SELECT day, network, traits::bigint[], pairs::bigint[], %s, false
FROM unnest(%s::date[], %s::bigint[], %s::text[], %s::text[]) AS seen(day, network, traits, pairs)
ON CONFLICT (day, network) DO NOTHING
"""
LEARN_SQL = """
WITH taken AS (
    UPDATE risk_pairsighting SET learnt = true
    WHERE id IN (SELECT id FROM risk_pairsighting WHERE NOT learnt AND day = %(day)s::date ORDER BY id LIMIT %(batch)s)
    RETURNING traits, pairs
), counted AS (
    INSERT INTO risk_paircount AS known (key, weight, day, grown)
    SELECT key, count(*) * %(worth)s, %(day)s::date, count(*) * %(worth)s FROM taken, unnest(traits) AS key GROUP BY key
    ON CONFLICT (key) DO UPDATE SET
        weight = known.weight + excluded.weight,
        grown = excluded.grown + CASE WHEN known.day = excluded.day THEN known.grown ELSE 0 END,
        day = excluded.day
), paired AS (
    SELECT key, count(*) * %(worth)s AS fresh FROM taken, unnest(pairs) AS key GROUP BY key
), allowed AS (
    SELECT paired.key, coalesce(known.weight, 0) AS before,
        CASE WHEN known.day = %(day)s::date THEN known.grown ELSE 0 END AS grown, paired.fresh
    FROM paired LEFT JOIN risk_paircount known USING (key)
), bounded AS (
    SELECT key, grown, CASE WHEN %(surge)s::float8 IS NULL THEN fresh ELSE least(
        fresh, greatest(0, %(floor)s * %(worth)s + %(surge)s * (before - grown) - grown)) END AS added FROM allowed
), grown AS (
    INSERT INTO risk_paircount AS known (key, weight, day, grown)
    SELECT key, added, %(day)s::date, grown + added FROM bounded
    ON CONFLICT (key) DO UPDATE SET
        weight = known.weight + excluded.weight, grown = excluded.grown, day = excluded.day
)
SELECT count(*) FROM taken
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """Traits seen at a time from a network, to be learnt from. `network` is a keyed hash."""

    at: datetime
    network: int
    traits: Traits


class _Keys(NamedTuple):
    total: int
    one: int
    other: int
    both: int


class _Counts(NamedTuple):
    """Sightings under the four keys of a pair."""

    total: float
    one: float
    other: float
    both: float

    @property
    def expected(self) -> float:
        """How often chance would bring both halves together."""
        return self.one * self.other / self.total if self.total else 0.0


def origin(ip: str | None) -> int | None:
    """The network that a sighting is counted under, as a keyed hash; None without an address."""
    try:
        address = parse(ip or "")
    except NotAnAddress:
        return None
    bits = IPV4_BITS if address.version == 4 else IPV6_BITS
    return settled_hash("pair origin", str(ipaddress.ip_network((address, bits), strict=False)))


def rarest(shown: Sequence[tuple[datetime, Traits]]) -> list[tuple[PairFacts, ...]]:
    """For each of some traits at a time, the rarest pair of every group that they show. Asks the database once.

    Raises:
        django.db.DatabaseError: the database could not answer in time.

    """
    keys = [dict(_keys(traits)) for _, traits in shown]
    wanted = {key for pairs in keys for each in pairs.values() for key in each}
    weights: dict[int, float] = {}
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(ASK_SQL, [array(wanted)])
            weights = dict(cursor.fetchall())
    return [_summary(pairs, weights, worth(at.date())) for (at, _), pairs in zip(shown, keys, strict=True)]


def note(shown: Iterable[Shown]) -> None:
    """Remember traits to learn from, the first of each network and day, in the caller's transaction."""
    rows = [row for seen in shown if (row := _row(seen))]
    if not rows:
        return
    # In one order, as every writer has it, so that two batches never wait for each other crosswise.
    columns = [list(column) for column in zip(*sorted(rows), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(NOTE_SQL, [timezone.now(), *columns])


def _row(seen: Shown) -> tuple[date, int, str, str] | None:
    keys = [keys for _, keys in _keys(seen.traits)]
    if not keys:
        return None
    halves = {_key("all"), *(half for each in keys for half in each[:3])}
    return seen.at.astimezone(UTC).date(), seen.network, _array(halves), _array(each.both for each in keys)


def _array(keys: Iterable[int]) -> str:
    """PostgreSQL's own text of an array: sixty numbers a signup cost more to adapt one by one than all the rest."""
    return f"{{{','.join(map(str, keys))}}}"


def learn() -> int:
    """Add up what was noted, up to BATCH sightings of the oldest day; how many. None while another process does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        day = PairSighting.objects.filter(learnt=False).order_by("day").values_list("day", flat=True).first()
        if day is None:
            return 0
        limits = {"worth": worth(day), "floor": DAILY_FLOOR, "surge": _surge(day)}
        cursor.execute(LEARN_SQL, {"day": day.isoformat(), "batch": BATCH, **limits})
        learnt: int = cursor.fetchone()[0]
    return learnt


def forget(now: datetime) -> None:
    """Drop what was learnt long ago, and the least of the counts where there are too many."""
    PairSighting.objects.filter(learnt=True, written_at__lt=now - SIGHTINGS_KEPT).delete()
    PairCount.objects.filter(weight__lt=LEAST * worth(now.date())).delete()
    least = PairCount.objects.order_by("-weight").values_list("weight", flat=True)[COUNTS_MAX : COUNTS_MAX + 1].first()
    if least is not None:
        PairCount.objects.filter(weight__lte=least).delete()


def worth(day: date) -> float:
    """What a sighting of a day is worth in a stored count."""
    return math.exp2((day - EPOCH).days / HALF_LIFE_DAYS)


def _surge(day: date) -> float | None:
    """By how much of itself a pair may grow today: SURGE times what all sightings have grown. None before LEARNT."""
    total = PairCount.objects.filter(key=_key("all")).first()
    if total is None:
        return None
    grown = total.grown if total.day == day else 0.0
    before = total.weight - grown
    if before < LEARNT * worth(day):
        return None
    waiting = min(BATCH, PairSighting.objects.filter(learnt=False, day=day)[:BATCH].count()) * worth(day)
    return SURGE * (grown + waiting) / before


def _summary(pairs: Mapping[Pair, _Keys], weights: Mapping[int, float], today: float) -> tuple[PairFacts, ...]:
    summaries = []
    for group in Group:
        asked = [(pair, keys) for pair, keys in pairs.items() if pair.group is group]
        if asked:
            summaries.append(_group(group, asked, weights, today))
    return tuple(summaries)


def _group(group: Group, asked: Sequence[tuple[Pair, _Keys]], weights: Mapping[int, float], today: float) -> PairFacts:
    read = [(pair, _Counts(*(weights.get(key, 0.0) / today for key in keys))) for pair, keys in asked]
    common = [(pair, counts) for pair, counts in read if counts.expected >= MIN_EXPECTED]
    judged = [(bound(each.both, each.expected), pair.name, each.both, each.expected) for pair, each in common]
    support = round(max(counts.total for _, counts in read), 1)
    if not judged:
        return PairFacts(group, len(asked), 0, support)
    lift, name, seen, expected = min(judged)
    return PairFacts(group, len(asked), len(judged), support, name, round(lift, 4), round(seen, 2), round(expected, 2))


def bound(seen: float, expected: float) -> float:
    """How much of chance's share a pair has at most.

    Above `seen` counts the Poisson rate is, at 95 %, at most about seen + 2 sqrt(seen) + 3; for none seen that is the
    rule of three (J. A. Hanley and A. Lippman-Hand, JAMA 249, 1983).
    """
    return (seen + 2 * math.sqrt(seen) + 3) / expected


def _keys(traits: Traits) -> Iterator[tuple[Pair, _Keys]]:
    """The keys of a pair count its halves only where both were shown, so that all four are of the same sightings."""
    for pair in PAIRS:
        one, other = traits.get(pair.one), traits.get(pair.other)
        if one is not None and other is not None:
            name = pair.name
            yield pair, _Keys(_key(name), _key(name, "1", one), _key(name, "2", other), _key(name, "b", one, other))


@lru_cache(maxsize=65_536)  # values repeat: a handful of systems and screens is nearly all that comes
def _key(*parts: str) -> int:
    return settled_hash("pair", "\x1f".join(parts))
