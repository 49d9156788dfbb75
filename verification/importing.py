"""History comes in: each line of a file goes through the same gather and decide, at its own time.

A run that was stopped is simply run again: accounts that are there already are passed over.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from rest_framework.exceptions import ValidationError

from config.lib.jsonlines import Line
from risk.gather import Part, look_at
from risk.lookups.pairs import learn
from tiers.models import Account
from verification.intake import REGISTRATION, read_registration, to_registration, unknown_fields
from verification.signup import Entry, arrival_of, take_in

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


@dataclass(frozen=True, slots=True)
class Seen:
    """A line of signups: an entry with what it says by itself, or why there is none; None: it was taken in before."""

    line: int
    told: tuple[Entry, Part] | Reject | None
    unknown: frozenset[str] = frozenset()


Row = TypeVar("Row")
# What takes a batch of rows in, adds to the summary, and gives the lines that it cannot take.
Take = Callable[[Sequence[Row], Summary], list[Reject]]


def rejects_of(path: Path) -> Path:
    """Where the lines that could not be read go."""
    return path.with_name(f"{path.name}.rejects.jsonl")


def import_file(path: Path, rows: Iterator[Row], take: Take[Row], *, progress: Progress, size: int = BATCH) -> Summary:
    """Have what was read of a file taken in, in batches of a size; `progress` hears how many were just dealt with.

    Raises:
        OSError: the file cannot be read, or its rejects cannot be written.

    """
    summary = Summary()
    with rejects_of(path).open("w", encoding="utf-8") as rejects:
        while batch := list(islice(rows, size)):
            refused = sorted(take(batch, summary), key=lambda reject: reject.line)
            summary.rejected += len(refused)
            rejects.writelines(json.dumps({"line": each.line, "reason": each.reason}) + "\n" for each in refused)
            rejects.flush()  # so that they can be looked at meanwhile
            progress(len(batch))
    if not summary.rejected:
        rejects_of(path).unlink()
    return summary


def see(line: Line) -> Seen:
    """Read a line of signups, and look at what it says by itself."""
    unknown: set[str] = set()
    entry = parse(line, unknown)
    told = entry if isinstance(entry, Reject) else (entry, look_at(arrival_of(entry)))
    return Seen(line.number, told, frozenset(unknown))


def take_signups(batch: Sequence[Seen], summary: Summary) -> list[Reject]:
    """Decide on a batch of signups, in the order of their times; gives the lines that could not be read."""
    entries: dict[str, tuple[Entry, Part]] = {}
    refused: list[Reject] = []
    for seen in batch:
        summary.unknown_fields |= seen.unknown
        if seen.told is None:
            summary.known += 1
        elif isinstance(seen.told, Reject):
            refused.append(seen.told)
        elif (account_id := seen.told[0].registration.account_id) in entries:
            refused.append(Reject(seen.line, "account_id: stands on an earlier line too"))
        else:
            entries[account_id] = seen.told
    known = known_among(entries)
    summary.known += len(known)
    new = [told for account_id, told in entries.items() if account_id not in known]
    new.sort(key=lambda told: told[0].at)
    decisions = take_in([entry for entry, _ in new], application=APPLICATION, parts=[part for _, part in new])
    summary.taken.update(decision.account.outcome for decision in decisions)
    learn()  # later lines are judged by what earlier ones have shown
    return refused


def known_among(account_ids: Collection[str]) -> set[str]:
    """Those that were taken in before."""
    return set(Account.objects.filter(account_id__in=account_ids).values_list("account_id", flat=True))


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
