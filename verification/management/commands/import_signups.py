"""import_signups FILE.jsonl"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from config.lib.progress import line_progress
from verification.importing import Summary, import_file, rejects_of


class Command(BaseCommand):
    help = "Take in history: each line of a signups file goes through the same gather and decide at its own time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, file: Path, **__: Any) -> None:
        try:
            with line_progress("Taking in", file) as progress:
                summary = import_file(file, progress=progress)
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}") from None
        _tell(summary, file)
        if summary.rejected:
            raise CommandError(
                f"{summary.rejected} lines could not be read; {rejects_of(file)} says why.", returncode=3
            )


def _tell(summary: Summary, file: Path) -> None:
    table = Table("signups", str(file.name), show_header=True)
    table.add_row("decided", f"{summary.decided:,}")
    for outcome, number in sorted(summary.outcomes.items()):
        table.add_row(f"  {outcome}", f"{number:,}")
    table.add_row("there already", f"{summary.known:,}")
    table.add_row("rejected", f"{summary.rejected:,}")
    console = Console()
    console.print(table)
    for name in sorted(summary.unknown_fields):
        console.print(f"Warning: nobody reads the field {name!r}.", markup=False)
