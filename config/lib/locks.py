"""Locks between processes, by flock(2): the kernel drops them with the process, so none is ever stale."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class FileLock:
    """One lock on one file; the file is made where it is missing and stays. Not for use by several threads at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def share(self) -> None:
        """Holds the lock together with any number of others; waits for one who holds it alone."""
        fcntl.flock(self._open(), fcntl.LOCK_SH)

    def take(self) -> None:
        """Holds the lock alone; waits for all others."""
        fcntl.flock(self._open(), fcntl.LOCK_EX)

    def try_take(self) -> bool:
        """Holds the lock alone if nobody else holds it now. A share held before is lost where this fails (flock(2))."""
        try:
            fcntl.flock(self._open(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.drop()
            return False
        return True

    def drop(self) -> None:
        """Gives the lock up; does nothing where it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def sign(self) -> None:
        """Writes this process's id into the file, for `holder` to tell others."""
        self.path.write_text(str(os.getpid()), encoding="ascii")

    def holder(self) -> str:
        """The id that the holder signed with, or an empty text."""
        with suppress(OSError):
            return self.path.read_text(encoding="ascii")
        return ""

    def fileno(self) -> int:
        """The open file, to hand to a child that is to hold the lock for as long as it lives."""
        return self._open()

    def _open(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        return self._descriptor


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Holds the lock on `path` alone; waits for all others."""
    lock = FileLock(path)
    try:
        lock.take()
        yield
    finally:
        lock.drop()
