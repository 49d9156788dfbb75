"""Use comes in by file: each line is a usage window, kept as if a gateway had reported it.

A run that was stopped is simply run again: windows that are there already are passed over.
"""

from collections.abc import Sequence

from django.utils import timezone

from config.lib.jsonlines import Line
from verification.importing import Reject, Summary
from verification.usage import take

BATCH = 10_000  # windows kept in one transaction: some 3 MB


def take_usage(batch: Sequence[Line], summary: Summary) -> list[Reject]:
    """Keep a batch of windows; gives the lines that could not be taken."""
    unreadable = [Reject(line.number, line.error or "unreadable") for line in batch if line.value is None]
    lines = [line for line in batch if line.value is not None]
    taken = take([line.value for line in lines], test=False, now=timezone.now())
    summary.taken["windows"] += taken.stored
    summary.known += taken.known
    summary.unknown_fields |= taken.unknown_fields
    return [*unreadable, *(Reject(lines[place].number, reason) for place, reason in taken.refused.items())]
