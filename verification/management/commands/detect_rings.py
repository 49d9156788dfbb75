"""detect_rings [--full]"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from risk.models import Ring
from risk.rings.rounds import Round, RoundAtWork, run
from risk.rings.states import RingState
from verification.containment import contain_due

SHOWN = 12  # rings: a summary fits a screen


class Command(BaseCommand):
    help = "Look for rings now, among the accounts of the last two weeks or among all, and hold those that are likely."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--full", action="store_true", help="among all accounts that there are")

    def handle(self, *_: Any, full: bool, **__: Any) -> None:
        console = Console()
        try:
            with console.status("Looking for rings") as status:
                done = run(at=timezone.now(), full=full, say=lambda words: status.update(f"Rings: {words}"))
            with console.status("Accounts follow"):
                decided = contain_due(timezone.now())
        except RoundAtWork:
            raise CommandError("Another round of detection is at work.") from None
        _tell(console, done)
        console.print(f"{decided:,} accounts decided again.")


def _tell(console: Console, done: Round) -> None:
    console.print(
        f"{done.accounts:,} accounts looked at; {done.rings:,} rings with {done.members:,} members,"
        f" {done.new:,} of them new, {done.merged:,} merged into others."
    )
    rings = Ring.objects.exclude(state__in=[RingState.MERGED, RingState.DISMISSED]).filter(size__gt=0)
    if not rings.exists():
        return
    table = Table("ring", "state", "accounts", "score", "what its accounts have in common")
    for ring in rings.order_by("-size", "pk")[:SHOWN]:
        words = ring.template.get("words", "")
        table.add_row(ring.public_id, ring.state, f"{ring.size:,}", f"{ring.score:.1f}", words)
    console.print(table)
    if rings.count() > SHOWN:
        console.print(f"and {rings.count() - SHOWN:,} smaller ones; the console shows them all under Rings.")
