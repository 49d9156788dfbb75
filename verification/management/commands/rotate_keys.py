"""rotate_keys"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from verification import reencrypting, turning


class Command(BaseCommand):
    help = (
        "Encrypt everything under the first data key, and turn every keyed hash to the newest pepper, while the "
        "service runs (docs/keys.md). A run that was stopped is run again."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        console = Console()
        counted: dict[str, int] = {}

        def progress(table: str, rows: int) -> None:
            counted[table] = counted.get(table, 0) + rows
            console.print(f"{table}: {counted[table]:,} rows", highlight=False)

        anew, lost = reencrypting.run(progress)
        console.print(f"{anew:,} values are encrypted anew.")
        try:
            turned = turning.run(progress)
        except turning.NothingToTurn:
            console.print("GATEHOUSE_OLD_PEPPERS is empty: hashes stay under the pepper that they have.")
        else:
            console.print(f"{turned:,} rows of hashes are turned.")
        if lost:
            raise CommandError(f"{lost:,} values can be opened by no key and stay as they are.", returncode=3)
