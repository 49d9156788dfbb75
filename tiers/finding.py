"""Readings of accounts from where they are: Valkey while they are fresh there, else PostgreSQL, else Valkey again."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from prometheus_client import Counter

from config.lib.database import DatabaseAway
from config.lib.tallies import CountTally
from config.lib.valkey import ValkeyAway
from tiers import readings, shared
from tiers.readings import Reading
from tiers.shared import FRESH_SECONDS, Told

SOURCES: Final = Counter(
    "gatehouse_tier_readings",
    "Accounts looked up beyond a process's own copies, by where they were found; last: PostgreSQL was away.",
    ["source"],
)


@dataclass(frozen=True, slots=True)
class Found:
    """A reading, and when the database was read for it at the earliest (time.monotonic())."""

    reading: Reading
    read_at: float


def find(account_ids: Sequence[str], *, test: bool, left: float = 0.0) -> dict[str, Found]:
    """A reading of each account that is fresh for more than `left` seconds yet; FRESH_SECONDS: from PostgreSQL itself.

    While PostgreSQL is away old ones are given too, and those of which nothing is known are left out.
    """
    begun = time.monotonic()
    told = _told(account_ids, test=test)
    kept = _kept(told, begun)
    fresh = {name: one for name, one in kept.items() if one.read_at + FRESH_SECONDS - begun > left}
    missing = [name for name in account_ids if name not in fresh]
    _count("valkey", len(fresh))
    return {**fresh, **_read(missing, kept, told, _Asked(begun, test))} if missing else fresh


@dataclass(frozen=True, slots=True)
class _Asked:
    begun: float
    test: bool


def _told(account_ids: Sequence[str], *, test: bool) -> Told | None:
    try:
        return shared.fetch(account_ids, test=test)
    except ValkeyAway:
        return None


def _kept(told: Told | None, begun: float) -> dict[str, Found]:
    """Valkey tells how old they are by its own clock; from there on ours counts."""
    if told is None:
        return {}
    return {
        name: Found(reading, begun - (told.at_ms - reading.read_ms) / 1000) for name, reading in told.readings.items()
    }


def _read(missing: Sequence[str], kept: Mapping[str, Found], told: Told | None, asked: _Asked) -> dict[str, Found]:
    read_ms = told.at_ms if told else 0
    try:
        read = readings.read(missing, test=asked.test, read_ms=read_ms)
    except DatabaseAway:
        last = {name: kept[name] for name in missing if name in kept}
        _count("last", len(last))
        return last
    _count("postgresql", len(read))
    later = _offered(read, read_ms, test=asked.test) if told else read
    # One that somebody else put in was read no earlier than ours: it is later, or as late and put in with a later time.
    return {
        name: Found(reading, asked.begun + max(0, reading.read_ms - read_ms) / 1000) for name, reading in later.items()
    }


def _offered(read: Mapping[str, Reading], read_ms: int, *, test: bool) -> Mapping[str, Reading]:
    try:
        return shared.offer(read, read_ms=read_ms, test=test)
    except ValkeyAway:
        return read


def _count(source: str, number: int) -> None:
    if number:
        _COUNTED[source].add(number)


_COUNTED: Final = {source: CountTally(SOURCES.labels(source)) for source in ("valkey", "postgresql", "last")}
