"""dead_letters [--requeue ID ... | --requeue all | --discard ID ...]"""

import json
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.lib import tasks
from config.lib.models import DeadLetter

ALL = "all"


class Command(BaseCommand):
    help = "Tell which tasks failed for good; have them done again, or discard them."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--requeue", nargs="+", metavar="ID", help="Have these done again; all: every one.")
        what.add_argument("--discard", nargs="+", metavar="ID", help="Have these done no more; all: every one.")

    def handle(self, *_: Any, requeue: Sequence[str] | None, discard: Sequence[str] | None, **__: Any) -> None:
        if requeue:
            for letter in _chosen(requeue):
                tasks.requeue(letter, by="command")
                print(f"{_line(letter)} is being done again")
        elif discard:
            for letter in _chosen(discard):
                tasks.discard(letter, by="command")
                print(f"{_line(letter)} was discarded")
        else:
            for letter in DeadLetter.objects.order_by("pk"):
                print(f"{_line(letter)} {letter.failure} {letter.place} {letter.times} {letter.last_at.isoformat()}")


def _chosen(given: Sequence[str]) -> list[DeadLetter]:
    rows = DeadLetter.objects.order_by("pk")
    if list(given) == [ALL]:
        return list(rows)
    if not all(each.isdecimal() for each in given):
        raise CommandError("Name letters by their numbers, or all.")
    found = list(rows.filter(pk__in=[int(each) for each in given]))
    if len(found) < len(set(given)):
        missing = sorted({int(each) for each in given} - {letter.pk for letter in found})
        raise CommandError(f"There is no dead letter {', '.join(map(str, missing))}.")
    return found


def _line(letter: DeadLetter) -> str:
    return f"{letter.pk} {letter.task} {json.dumps(letter.args)}"
