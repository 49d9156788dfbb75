"""export_standing OUT.jsonl"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import track

from tiers.models import Account
from verification.standing import standings


class Command(BaseCommand):
    help = "Write where each account stands, a line per account. The file appears once it is whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path)

    def handle(self, *_: Any, out: Path, **__: Any) -> None:
        growing = out.with_name(f".{out.name}.part")
        try:
            with growing.open("w", encoding="utf-8") as file:
                for line in track(standings(), "Writing", total=Account.objects.count()):
                    file.write(json.dumps(line) + "\n")
            growing.replace(out)
        except OSError as error:
            raise CommandError(f"{error.filename or out}: {error.strerror}") from None
