"""The list of numbers that anybody can read: receive-SMS sites and rented numbers, from a file of the operator's.

One number a line with its country code, as +4670012345; a line that ends in * is a prefix, as +4670012*. What follows a
number after white space or a comma, and lines that begin with #, are passed over. None is bundled: the open list that
there is (npm @ip1sms/disposable-phone-numbers, MIT) has had none added since June 2024, and numbers find new owners.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config.lib.crypto import keyed_hash

log = logging.getLogger(__name__)
PURPOSE = "disposable phone"
LINE = re.compile(r"\+?([0-9]{3,15})(\*?)(?:[\s,;].*)?")
LINES_MAX = 2_000_000  # about 100 MB in memory; what stands after them is left out, and said in the log


@dataclass(frozen=True, slots=True)
class _Loaded:
    stamp: tuple[int, int]  # when the file was changed, in ns, and its size
    numbers: frozenset[int]
    lengths: tuple[int, ...]  # of the prefixes among them, in digits


class PhoneList:
    """Reads the file again when it has changed. Kept as keyed hashes: a dump of the process holds no number."""

    def __init__(self, path: str | Path | None) -> None:
        self._path = Path(path).expanduser() if path else None
        self._loaded: _Loaded | None = None

    def has(self, number: str) -> bool | None:
        """Whether a number, as +14155550123, is on the list; None where there is no list or it cannot be read."""
        loaded = self._current()
        if loaded is None:
            return None
        digits = number.removeprefix("+")
        asked = [digits, *(f"{digits[:length]}*" for length in loaded.lengths)]
        return any(keyed_hash(PURPOSE, each) in loaded.numbers for each in asked)

    def _current(self) -> _Loaded | None:
        if self._path is None:
            return None
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if self._loaded is None or self._loaded.stamp != stamp:
                self._loaded = _load(self._path, stamp)
        except OSError as problem:
            log.warning("The list of disposable phones cannot be read.", extra={"why": type(problem).__name__})
            self._loaded = None
        return self._loaded


def _load(path: Path, stamp: tuple[int, int]) -> _Loaded:
    with path.open(encoding="utf-8", errors="replace") as lines:
        entries = list(_entries(lines))
    lengths = {len(entry) - 1 for entry in entries if entry.endswith("*")}
    return _Loaded(stamp, frozenset(keyed_hash(PURPOSE, entry) for entry in entries), tuple(sorted(lengths)))


def _entries(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == LINES_MAX:
            log.warning("The list of disposable phones is too long; the rest is left out.", extra={"lines": LINES_MAX})
            return
        found = LINE.fullmatch(line.strip())
        if found:
            yield found[1] + found[2]
