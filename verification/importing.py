"""History comes in: each line of a file goes through the same gather and decide, at its own time.

A run that was stopped is simply run again: accounts that are there already are passed over.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from rest_framework.exceptions import ValidationError

from config.lib.jsonlines import Line, read
from risk.lookups.pairs import learn
from tiers.models import Account
from verification.intake import REGISTRATION, read_registration, to_registration, unknown_fields
from verification.signup import Entry, take_in

BATCH = 500
APPLICATION = "import"

Progress = Callable[[int], None]


@dataclass(slots=True)
class Summary:
    """What became of a file's lines."""

    taken: Counter[str] = field(default_factory=Counter)  # by outcome, or by kind of report
    known: int = 0  # what was there already
    rejected: int = 0
    unknown_fields: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that could not be read, and why."""

    line: int
    reason: str


# What takes a batch of lines in, adds to the summary, and gives the lines that it cannot take.
Take = Callable[[Sequence[Line], Summary], list[Reject]]


def rejects_of(path: Path) -> Path:
    """Where the lines that could not be read go."""
    return path.with_name(f"{path.name}.rejects.jsonl")


def import_file(path: Path, take: Take, *, progress: Progress) -> Summary:
    """Have the lines of a file taken in, batch by batch; `progress` hears how many were just dealt with.

    Raises:
        OSError: the file cannot be read, or its rejects cannot be written.

    """
    summary = Summary()
    lines = read(path)
    with rejects_of(path).open("w", encoding="utf-8") as rejects:
        while batch := list(islice(lines, BATCH)):
            refused = sorted(take(batch, summary), key=lambda reject: reject.line)
            summary.rejected += len(refused)
            rejects.writelines(json.dumps({"line": each.line, "reason": each.reason}) + "\n" for each in refused)
            progress(len(batch))
    if not summary.rejected:
        rejects_of(path).unlink()
    return summary


def take_signups(batch: Sequence[Line], summary: Summary) -> list[Reject]:
    """Decide on a batch of signups, in the order of their times; gives the lines that could not be read."""
    entries: dict[str, Entry] = {}
    refused: list[Reject] = []
    for line in batch:
        entry = parse(line, summary.unknown_fields)
        if isinstance(entry, Entry) and entry.registration.account_id in entries:
            entry = Reject(line.number, "account_id: stands on an earlier line too")
        if isinstance(entry, Reject):
            refused.append(entry)
        else:
            entries[entry.registration.account_id] = entry
    known = set(Account.objects.filter(account_id__in=entries).values_list("account_id", flat=True))
    summary.known += len(known)
    new = [entry for account_id, entry in entries.items() if account_id not in known]
    decisions = take_in(sorted(new, key=lambda entry: entry.at), application=APPLICATION)
    summary.taken.update(decision.account.outcome for decision in decisions)
    learn()  # later lines are judged by what earlier ones have shown
    return refused


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
