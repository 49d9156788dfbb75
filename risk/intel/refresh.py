"""Refreshes the sources of network data: fetched, checked, compiled, and put in place in one step.

What is worse than what there is, is refused: no entries, more bad lines than good ones, or less than half of what the
same place gave before. Then the old file stays and grows old, until it counts as none (Source.stale_days).
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import maxminddb
import msgspec

from config.lib.locks import FileLock
from risk.intel import stamps
from risk.intel.compiled import TooScattered, compile_list, growing_beside, put
from risk.intel.fetch import Fetched, FetchFailed, fetch, origin_of
from risk.intel.lists import TooManyEntries, parse_list
from risk.intel.sources import FETCHED, SOURCES, Format, Source, fetched_file, files_of, folder_of, is_url
from risk.intel.stamps import Stamp

log = logging.getLogger(__name__)
LEAST_SHARE = 0.5  # of the entries that the same place had before
LOCK = "refresh.lock"


class Became(StrEnum):
    """What became of a source."""

    REFRESHED = "refreshed"
    UNCHANGED = "unchanged"
    READ_IN_PLACE = "read in place"  # an mmdb file of the operator's own
    REFUSED = "refused"  # what came is no good
    FAILED = "failed"  # nothing came


@dataclass(frozen=True, slots=True)
class Result:
    """Of one source. `kept` where there is data from before, `detail` why it went wrong or which lines were bad."""

    source: Source
    became: Became
    entries: int = 0
    bad: int = 0
    detail: str = ""
    kept: bool = False

    @property
    def lost(self) -> bool:
        """Whether the source went wrong and there is nothing from before."""
        return self.became in {Became.REFUSED, Became.FAILED} and not self.kept


@dataclass(frozen=True, slots=True)
class Wish:
    """How to refresh. `only_due` leaves out what was looked for lately, `shrunk` takes lists that shrank."""

    only_due: bool = False
    shrunk: bool = False


class RefreshRunning(Exception):
    """Another process is at it."""


class _Refused(Exception):
    """What came is worse than what there is."""


def refresh(home: Path, places: Mapping[str, str], wish: Wish, done: Callable[[Result], None]) -> list[Result]:
    """Refresh each source that has a place, one after the other; `done` is called with each result.

    Raises:
        RefreshRunning: another process refreshes this home.
        OSError: the home cannot be written.

    """
    (folder_of(home) / FETCHED).mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder_of(home) / LOCK)
    if not lock.try_take():
        raise RefreshRunning
    try:
        _clear_away(folder_of(home) / FETCHED)
        results = []
        for source, place in _wanted(home, places, wish):
            results.append(_refresh(home, source, place, wish))
            done(results[-1])
        return results
    finally:
        lock.drop()


def _clear_away(folder: Path) -> None:
    """What one that was killed left half-written; nobody else writes here while we hold the lock."""
    for left in folder.glob(".*"):
        left.unlink()


def _wanted(home: Path, places: Mapping[str, str], wish: Wish) -> Iterator[tuple[Source, str]]:
    for source in SOURCES:
        place = places.get(source.name)
        if not place:
            continue
        stamp = stamps.read(fetched_file(home, source))
        checked = stamp.checked if stamp and stamp.origin == origin_of(place) else 0.0
        if not wish.only_due or time.time() - checked >= source.every_hours * 3600:
            yield source, place


def _refresh(home: Path, source: Source, place: str, wish: Wish) -> Result:
    if source.format is Format.MMDB and not is_url(place):
        return _look_at(source, Path(place))
    target = fetched_file(home, source)
    stamp = stamps.read(target) if target.exists() else None
    before = stamp if stamp and stamp.origin == origin_of(place) else None
    kept = any(file.exists() for file in files_of(home, source, place))
    growing = growing_beside(target.with_suffix(".fetched"))
    try:
        fetched = fetch(place, growing, before)
        if not fetched.changed and before is not None:
            return _unchanged(source, target, before, fetched)
        return _take(source, growing, target, _Arrived(place, fetched, before, wish))
    except FetchFailed as problem:
        return _went_wrong(source, Became.FAILED, str(problem), kept=kept)
    except (_Refused, TooManyEntries, TooScattered, maxminddb.InvalidDatabaseError) as problem:
        return _went_wrong(source, Became.REFUSED, str(problem), kept=kept)
    finally:
        growing.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Arrived:
    place: str
    fetched: Fetched
    before: Stamp | None
    wish: Wish


def _look_at(source: Source, path: Path) -> Result:
    try:
        with maxminddb.open_database(path, maxminddb.MODE_AUTO) as database:
            return Result(source, Became.READ_IN_PLACE, entries=database.metadata().node_count)
    except (OSError, maxminddb.InvalidDatabaseError, ValueError) as problem:
        return Result(source, Became.FAILED, detail=f"the file cannot be read ({type(problem).__name__})")


def _unchanged(source: Source, target: Path, before: Stamp, fetched: Fetched) -> Result:
    stamps.write(target, msgspec.structs.replace(before, as_of=fetched.as_of, checked=time.time()))
    return Result(source, Became.UNCHANGED, before.entries, before.bad)


def _take(source: Source, growing: Path, target: Path, arrived: _Arrived) -> Result:
    """Compile what arrived and put it in place. Raises what `_refresh` takes for a refusal."""
    if source.format is Format.MMDB:
        entries, bad, detail = _nodes(growing), 0, ""
        _refuse_shrunk(entries, arrived)
        put(growing, target)
    else:
        with growing.open(encoding="utf-8", errors="replace") as lines:
            parsed = parse_list(lines, source.format)
        entries, bad = len(parsed.networks), parsed.bad
        _refuse_bad(entries, bad)
        _refuse_shrunk(entries, arrived)
        detail = f"not usable: line {', '.join(map(str, parsed.bad_lines))}" if bad else ""
        compile_list(parsed.networks, target)
    fetched = arrived.fetched
    stamps.write(
        target,
        Stamp(
            as_of=fetched.as_of,
            checked=time.time(),
            origin=origin_of(arrived.place),
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            entries=entries,
            bad=bad,
        ),
    )
    return Result(source, Became.REFRESHED, entries, bad, detail)


def _nodes(path: Path) -> int:
    with maxminddb.open_database(path, maxminddb.MODE_AUTO) as database:
        return database.metadata().node_count


def _refuse_bad(entries: int, bad: int) -> None:
    if not entries:
        raise _Refused("no entries")
    if bad > entries:
        raise _Refused(f"{bad:,} lines cannot be read, {entries:,} can")


def _refuse_shrunk(entries: int, arrived: _Arrived) -> None:
    before = arrived.before.entries if arrived.before else 0
    if entries < before * LEAST_SHARE and not arrived.wish.shrunk:
        raise _Refused(f"shrank from {before:,} to {entries:,} entries")


def _went_wrong(source: Source, became: Became, detail: str, *, kept: bool) -> Result:
    log.warning("A source of network data was not refreshed.", extra={"source": source.name, "why": detail})
    return Result(source, became, detail=detail, kept=kept)
