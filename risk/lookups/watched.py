"""MaxMind DB files that are read anew when they are replaced, while other threads read on."""

import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import maxminddb

from risk.intel import stamps

log = logging.getLogger(__name__)
Mark = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as it was when it was opened. `as_of` is in seconds since 1970."""

    reader: maxminddb.Reader
    as_of: float


class WatchedDatabase:
    """One file. `look` opens it, and again whenever it is another; not for use by several threads at once.

    What it returns may be used by any thread and for as long as it likes: a reader is never closed, but goes when
    nobody holds it any more. A file that others may write over in its place, `loose`, is read from a copy that has no
    name: a mapped file that is cut short kills the process that reads it.
    """

    def __init__(self, path: Path, *, loose: bool = False) -> None:
        self.path = path
        self._loose = loose
        self._mark: Mark | None = None
        self._opened: Opened | None = None

    def look(self) -> Opened | None:
        """What can be read of the file now; what could be read before, where it is damaged now; else None."""
        mark = _mark(self.path)
        if mark is None:
            self._mark = self._opened = None
        elif mark != self._mark:
            self._mark = mark
            self._opened = self._open() or self._opened
        return self._opened

    def _open(self) -> Opened | None:
        try:
            reader = open_copy(self.path) if self._loose else maxminddb.open_database(self.path, maxminddb.MODE_AUTO)
        except (OSError, maxminddb.InvalidDatabaseError, ValueError) as problem:
            why = type(problem).__name__
            log.warning("Network data cannot be read.", extra={"file": self.path.name, "why": why})
            return None
        stamp = None if self._loose else stamps.read(self.path)
        return Opened(reader, stamp.as_of if stamp else float(reader.metadata().build_epoch))


def _mark(path: Path) -> Mark | None:
    """What changes when a file or its stamp is replaced or written over; None where there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    try:
        stamp = stamps.stamp_of(path).stat().st_mtime_ns
    except OSError:
        stamp = 0
    return status.st_ino, status.st_size, status.st_mtime_ns, stamp


def open_copy(path: Path) -> maxminddb.Reader:
    """Open a copy of a file that its owner may write over. Raises what maxminddb does for one that is none."""
    descriptor, name = tempfile.mkstemp(suffix=".mmdb")
    try:
        with path.open("rb") as source, os.fdopen(descriptor, "wb") as copy:
            shutil.copyfileobj(source, copy)
        return maxminddb.open_database(name, maxminddb.MODE_AUTO)
    finally:
        Path(name).unlink()
