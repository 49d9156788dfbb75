"""Entries of lists in files: CSV as spreadsheets have it, or an object of JSON a line. An export can be imported.

| column | what |
|---|---|
| `list` | the name of a list of the policy |
| `value`, or `sealed` | the value, or the keyed hash of a personal one, as exported under the same pepper |
| `reason` | why |
| `from`, `expires` | moments in ISO 8601, or nothing |
| `shown` | with `sealed`: its mask |
| `author` | in an export; whoever imports is the author then |
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from risk.list_entries import BATCH_MOST, Wanted, faults
from risk.lists import PERSONAL, moment
from risk.models import ListEntry
from risk.policyerror import PolicyError

COLUMNS = ("list", "value", "sealed", "reason", "from", "expires", "shown", "author")
NEEDED = frozenset({"list", "reason"})
FAULTS_MOST = 20  # told at once
# A cell that begins so is a formula to a spreadsheet; an apostrophe before it makes it text, and is taken off again.
FORMULA = ("=", "+", "-", "@", "\t")


class FileRefused(ValueError):
    """A file cannot be taken in. The message has a line for each fault, and never a value."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, and where it stands: the row of a spreadsheet, whose first has the names, or the line among lines."""

    place: str
    wanted: Wanted


def read_lines(file: Path) -> list[Line]:
    """Every entry of a file, fit to be added.

    Raises:
        FileRefused: something in it is not of its form; up to 20 faults are told with their rows.
        OSError: it cannot be read.

    """
    with file.open(encoding="utf-8-sig", newline="") as text:
        try:
            told = list(_rows(text) if file.suffix.lower() == ".csv" else _objects(text))
        except UnicodeDecodeError:
            raise FileRefused("it is not UTF-8") from None
        except csv.Error as error:
            raise FileRefused(f"it is no CSV: {error}") from None
    lines, wrong = [], []
    for place, each in told:
        try:
            lines.append(Line(place, _wanted(each)))
        except PolicyError as error:
            wrong.append(f"{place}: {error}")
    found = faults((line.wanted for line in lines), most=FAULTS_MOST)
    wrong += [f"{lines[fault.number - 1].place}: {fault.why}" for fault in found if fault.number]
    if wrong:
        raise FileRefused("\n".join([*wrong[:FAULTS_MOST], "Nothing was added."]))
    return lines


def write_csv(entries: Iterable[ListEntry], out: TextIO) -> int:
    """Write entries, personal values sealed; how many."""
    writer, written = csv.DictWriter(out, COLUMNS), 0
    writer.writeheader()
    for written, entry in enumerate(entries, 1):  # noqa: B007 - how many is what is asked for
        personal = entry.kind in PERSONAL
        cells = {
            "list": entry.list,
            "sealed" if personal else "value": entry.value,
            "reason": entry.reason,
            "from": entry.since.isoformat(),
            "expires": entry.expires_at.isoformat() if entry.expires_at else "",
            "shown": entry.shown if personal else "",
            "author": entry.author,
        }
        writer.writerow({name: f"'{cell}" if cell.startswith(FORMULA) else cell for name, cell in cells.items()})
    return written


def _rows(text: TextIO) -> Iterator[tuple[str, dict[str, Any]]]:
    reader = csv.reader(text, strict=True)
    names = [name.strip().lower() for name in next(reader, [])]
    unknown = sorted(set(names) - set(COLUMNS))
    if unknown or len(set(names)) != len(names) or not set(names) >= NEEDED:
        raise FileRefused(f"row 1: the names of the columns are needed, of {', '.join(COLUMNS)}, each once")
    for row, cells in enumerate(reader, 2):
        if not any(cell.strip() for cell in cells):
            continue
        _bounded(row - 1)
        if len(cells) > len(names):
            raise FileRefused(f"row {row}: it has more cells than there are columns")
        yield f"row {row}", {name: _text(cell) for name, cell in zip(names, cells, strict=False) if cell.strip()}


def _text(cell: str) -> str:
    bare = cell.strip()
    return bare[1:] if bare[:1] == "'" and bare[1:].startswith(FORMULA) else bare


def _objects(text: TextIO) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate((line for line in text if line.strip()), 1):
        _bounded(number)
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict) or not isinstance(told.get("list"), str):
            raise FileRefused(f"entry {number}: a table with list, value and reason is needed")
        yield f"entry {number}", told


def _bounded(number: int) -> None:
    if number > BATCH_MOST:
        raise FileRefused(f"at most {BATCH_MOST} entries at once")


def _wanted(told: Mapping[str, Any]) -> Wanted:
    return Wanted(
        list=told.get("list", ""),
        value=told.get("value"),
        reason=told.get("reason") or "",
        expires=moment(told.get("expires"), "expires"),
        since=moment(told.get("from"), "from"),
        sealed=told.get("sealed"),
        shown=str(told.get("shown") or ""),
    )
