"""import_reports FILE.jsonl"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from config.lib.progress import line_progress
from verification.importing import rejects_of
from verification.importing_reports import Summary, import_reports


class Command(BaseCommand):
    help = "Take in what became of accounts: each line is a report, kept as a label and decided on at its own time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, file: Path, **__: Any) -> None:
        try:
            with line_progress("Taking in", file) as progress:
                summary = import_reports(file, progress=progress)
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}") from None
        _tell(summary, file)
        if summary.rejected:
            raise CommandError(
                f"{summary.rejected} lines could not be taken; {rejects_of(file)} says why.", returncode=3
            )


def _tell(summary: Summary, file: Path) -> None:
    table = Table("reports", str(file.name), show_header=True)
    table.add_row("taken", f"{sum(summary.taken.values()):,}")
    for kind, number in sorted(summary.taken.items()):
        table.add_row(f"  {kind}", f"{number:,}")
    table.add_row("there already", f"{summary.known:,}")
    table.add_row("rejected", f"{summary.rejected:,}")
    console = Console()
    console.print(table)
    for name in sorted(summary.unknown_fields):
        console.print(f"Warning: nobody reads the field {name!r}.", markup=False)
