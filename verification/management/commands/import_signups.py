"""import_signups FILE.jsonl"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from config.lib.progress import line_progress
from verification.importing import BATCH, Summary, Take, import_file, rejects_of, take_signups
from verification.reading_ahead import read_signups

REJECTS_SHOWN = 3
FIELDS_SHOWN = 5
STOPPED = "Stopped. What was decided is kept: run the same command again, and it goes on."


class Command(BaseCommand):
    help = "Take in history: each line of a signups file goes through the same gather and decide at its own time."
    read: Callable[[Path], Iterator[Any]] = staticmethod(read_signups)
    take: Take[Any] = staticmethod(take_signups)
    batch: ClassVar[int] = BATCH
    words: ClassVar = ("signups", "decided")  # what is taken in, and what is said of it
    follows = "To look for rings among them: python manage.py detect_rings --full"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, file: Path, **__: Any) -> None:
        begun = time.monotonic()
        try:
            with line_progress("Taking in", file) as progress:
                summary = import_file(file, self.read(file), self.take, progress=progress, size=self.batch)
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}") from None
        except KeyboardInterrupt:
            Console(stderr=True).print(STOPPED)
            raise
        self._tell(summary, file, seconds=time.monotonic() - begun)
        if summary.rejected:
            raise CommandError(
                f"{summary.rejected} lines could not be taken; {rejects_of(file)} says why.", returncode=3
            )

    def _tell(self, summary: Summary, file: Path, *, seconds: float) -> None:
        of, taken = self.words
        table = Table(of, str(file.name), show_header=True)
        table.add_row(taken, f"{summary.taken.total():,}")
        for kind, number in sorted(summary.taken.items()):
            table.add_row(f"  {kind}", f"{number:,}")
        table.add_row("there already", f"{summary.known:,}")
        table.add_row("rejected", f"{summary.rejected:,}")
        table.add_row("time", f"{seconds:,.0f} s, {summary.taken.total() / max(seconds, 1e-9):,.0f} a second")
        console = Console()
        console.print(table)
        self._warn(console, summary, file)
        if summary.taken and self.follows:
            console.print(self.follows, markup=False, soft_wrap=True)

    def _warn(self, console: Console, summary: Summary, file: Path) -> None:
        """Fields that nobody reads and lines that nobody could, the first of each."""
        fields = sorted(summary.unknown_fields)
        for name in fields[:FIELDS_SHOWN]:
            console.print(f"Warning: nobody reads the field {name[:60]!r}.", markup=False)
        if len(fields) > FIELDS_SHOWN:
            console.print(f"Warning: nor {len(fields) - FIELDS_SHOWN:,} other fields.")
        for line in _first(rejects_of(file)) if summary.rejected else ():
            console.print(f"Line {line['line']}: {line['reason'][:120]}", markup=False)


def _first(rejects: Path) -> list[dict[str, Any]]:
    with rejects.open(encoding="utf-8") as lines:
        return [json.loads(line) for line, _ in zip(lines, range(REJECTS_SHOWN), strict=False)]
