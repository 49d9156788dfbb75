"""What is known of a compiled file: a stamp beside it, in JSON.

The file is put in its place first and the stamp after it. Killed between the two, the new file has the old stamp: it
counts as older than it is, and is fetched again.
"""

import os
from pathlib import Path

import msgspec


class Stamp(msgspec.Struct, frozen=True):
    """Of one file. Times are seconds since 1970."""

    as_of: float  # when its source last said that this is what it has
    checked: float = 0.0  # when it was last looked for, found or not
    origin: str = ""  # digest of the place: an address may hold a licence key
    etag: str = ""
    last_modified: str = ""
    entries: int = 0
    bad: int = 0  # lines that could not be read


def stamp_of(path: Path) -> Path:
    """Where the stamp of a file is."""
    return path.with_suffix(".json")


def read(path: Path) -> Stamp | None:
    """The stamp of a file; None where there is none that can be read."""
    try:
        return msgspec.json.decode(stamp_of(path).read_bytes(), type=Stamp)
    except (OSError, msgspec.DecodeError):
        return None


def write(path: Path, stamp: Stamp) -> None:
    """Put the stamp of a file in its place in one step. Raises OSError."""
    target = stamp_of(path)
    growing = target.with_name(f".{target.name}.{os.getpid()}")
    growing.write_bytes(msgspec.json.encode(stamp))
    growing.replace(target)
