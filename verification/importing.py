"""History comes in: each line of a file goes through the same gather and decide, at its own time.

A run that was stopped is simply run again: accounts that are there already are passed over.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from rest_framework.exceptions import ValidationError

from config.lib.jsonlines import Line, read
from risk.lookups.pairs import learn
from tiers.models import Account
from verification.decide import Decision
from verification.intake import REGISTRATION, read_registration, to_registration, unknown_fields
from verification.signup import Entry, take_in

BATCH = 500
APPLICATION = "import"

Progress = Callable[[int], None]


@dataclass(slots=True)
class Summary:
    """What became of a file's lines."""

    decided: int = 0
    known: int = 0  # accounts that were there already
    rejected: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    unknown_fields: set[str] = field(default_factory=set)

    def add(self, decisions: Iterable[Decision]) -> None:
        """Count what was decided."""
        for decision in decisions:
            self.decided += 1
            self.outcomes[decision.account.outcome] = self.outcomes.get(decision.account.outcome, 0) + 1


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that could not be read, and why."""

    line: int
    reason: str


def rejects_of(path: Path) -> Path:
    """Where the lines that could not be read go."""
    return path.with_name(f"{path.name}.rejects.jsonl")


def import_file(path: Path, *, progress: Progress) -> Summary:
    """Take in a file of signups; `progress` hears how many lines were just dealt with.

    Raises:
        OSError: the file cannot be read, or its rejects cannot be written.

    """
    summary = Summary()
    lines = read(path)
    with rejects_of(path).open("w", encoding="utf-8") as rejects:
        while batch := list(islice(lines, BATCH)):
            _import_batch(batch, summary, rejects)
            progress(len(batch))
    if not summary.rejected:
        rejects_of(path).unlink()
    return summary


def _import_batch(batch: list[Line], summary: Summary, rejects: TextIO) -> None:
    entries: dict[str, Entry] = {}
    for line in batch:
        entry = parse(line, summary.unknown_fields)
        if isinstance(entry, Entry) and entry.registration.account_id in entries:
            entry = Reject(line.number, "account_id: stands on an earlier line too")
        if isinstance(entry, Reject):
            summary.rejected += 1
            rejects.write(json.dumps({"line": entry.line, "reason": entry.reason}) + "\n")
        else:
            entries[entry.registration.account_id] = entry
    known = set(Account.objects.filter(account_id__in=entries).values_list("account_id", flat=True))
    summary.known += len(known)
    new = [entry for account_id, entry in entries.items() if account_id not in known]
    summary.add(take_in(sorted(new, key=lambda entry: entry.at), application=APPLICATION))
    learn()  # later lines are judged by what earlier ones have shown


def parse(line: Line, unknown: set[str]) -> Entry | Reject:
    """The entry of a line, or why there is none. Names of fields that nobody reads are added to `unknown`."""
    if line.value is None:
        return Reject(line.number, line.error or "unreadable")
    try:
        registration = to_registration(read_registration(line.value))
    except ValidationError as error:
        return Reject(line.number, "; ".join(errors_of("", error.detail)))
    unknown.update(unknown_fields(line.value, REGISTRATION))
    if not registration.account_id or registration.created_at is None:
        return Reject(line.number, "account_id and created_at are needed in a file")
    return Entry(registration, registration.created_at)


def errors_of(place: str, errors: Any) -> Iterator[str]:
    """What is wrong with a line, each with its place in it."""
    if isinstance(errors, dict):
        for name, inner in errors.items():
            yield from errors_of(f"{place}.{name}" if place else str(name), inner)
    elif isinstance(errors, list) and not any(isinstance(error, dict) for error in errors):
        yield f"{place}: {' '.join(map(str, errors))}"
    else:
        for number, inner in enumerate(errors):
            yield from errors_of(f"{place}[{number}]", inner)
