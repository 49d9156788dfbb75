"""export_standing OUT.jsonl [--force]"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import track

from tiers.models import Account
from verification.standing import FIELDS, standings

LINE_MOST = 1 << 20  # bytes read of a file that is in the way


class Command(BaseCommand):
    help = "Write where each account stands, a line per account. The file appears once it is whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path)
        parser.add_argument("--force", action="store_true", help="Replace OUT whatever it holds.")

    def handle(self, *_: Any, out: Path, force: bool, **__: Any) -> None:
        if not force and not _replaceable(out):
            raise CommandError(f"{out} holds something else than an export of ours; --force replaces it.")
        growing = out.with_name(f".{out.name}.part")
        try:
            with growing.open("w", encoding="utf-8") as file:
                for line in track(standings(), "Writing", total=Account.objects.count()):
                    file.write(json.dumps(line) + "\n")
            growing.replace(out)
        except OSError as error:
            raise CommandError(f"{error.filename or out}: {error.strerror}") from None


def _replaceable(out: Path) -> bool:
    """Whether nothing is lost: there is nothing, or nothing in it, or what an earlier run wrote."""
    if not out.exists():
        return True
    if not out.is_file():
        return False
    with out.open("rb") as file:
        first = file.readline(LINE_MOST)
    try:
        return not first or json.loads(first).keys() == FIELDS
    except (ValueError, AttributeError):
        return False
