"""refresh_intel [--due] [--accept-shrunk]"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from config.lib.progress import line_progress
from risk.intel.refresh import RefreshRunning, Result, Wish, refresh


class Command(BaseCommand):
    help = "Fetch the sources of network data that have a place in the settings, and compile what has changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--due", action="store_true", help="Only those that were not looked for lately.")
        parser.add_argument(
            "--accept-shrunk", action="store_true", help="Take a list that has less than half of what it had."
        )

    def handle(self, *_: Any, due: bool, accept_shrunk: bool, **__: Any) -> None:
        places = {name: place for name, place in settings.NETWORK_DATA.items() if place}
        if not places:
            print("No source of network data has a place in the settings; docs/production.md names some.")
            return
        try:
            with line_progress("Refreshing", len(places)) as progress:
                results = refresh(settings.GATEHOUSE_HOME, places, Wish(due, accept_shrunk), lambda _: progress(1))
        except RefreshRunning:
            raise CommandError("Network data is being refreshed by another process.") from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        _tell(results)
        if lost := [result.source.name for result in results if result.lost]:
            raise CommandError(f"There is no data for: {', '.join(lost)}.")


def _tell(results: list[Result]) -> None:
    table = Table("source", "became", "entries", "bad lines", "")
    for result in results:
        name, became = result.source.name, result.became
        table.add_row(name, became, f"{result.entries:,}", f"{result.bad:,}", result.detail)
    Console().print(table)
