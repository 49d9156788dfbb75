"""import_signups FILE.jsonl"""

from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from config.lib.progress import line_progress
from verification.importing import Summary, Take, import_file, rejects_of, take_signups


class Command(BaseCommand):
    help = "Take in history: each line of a signups file goes through the same gather and decide at its own time."
    take: Take = staticmethod(take_signups)
    words: ClassVar = ("signups", "decided")  # what is taken in, and what is said of it
    follows = "To look for rings among them: python manage.py detect_rings --full"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, file: Path, **__: Any) -> None:
        try:
            with line_progress("Taking in", file) as progress:
                summary = import_file(file, self.take, progress=progress)
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}") from None
        self._tell(summary, file)
        if summary.rejected:
            raise CommandError(
                f"{summary.rejected} lines could not be taken; {rejects_of(file)} says why.", returncode=3
            )

    def _tell(self, summary: Summary, file: Path) -> None:
        of, taken = self.words
        table = Table(of, str(file.name), show_header=True)
        table.add_row(taken, f"{summary.taken.total():,}")
        for kind, number in sorted(summary.taken.items()):
            table.add_row(f"  {kind}", f"{number:,}")
        table.add_row("there already", f"{summary.known:,}")
        table.add_row("rejected", f"{summary.rejected:,}")
        console = Console()
        console.print(table)
        for name in sorted(summary.unknown_fields):
            console.print(f"Warning: nobody reads the field {name!r}.", markup=False)
        if summary.taken and self.follows:
            console.print(self.follows, markup=False, soft_wrap=True)
