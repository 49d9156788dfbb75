"""detect_rings [--full]"""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.table import Column, Table

from risk.models import Ring
from risk.rings.describing import to_a_tenth
from risk.rings.rounds import RoundAtWork, run
from risk.rings.states import RingState
from risk.rings.writing import Round
from verification.containment import contain_due
from verification.exposure import most_exposed_first, with_exposure
from verification.tracing import wanting

SHOWN = 10  # rings: a summary fits a screen
WORDS_MOST = 240  # three lines
OPEN = (RingState.SUSPECTED, RingState.CONFIRMED)


class Command(BaseCommand):
    help = "Look for rings now, around who came since the last full round or among all, and hold those that are likely."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--full", action="store_true", help="among all accounts that there are")

    def handle(self, *_: Any, full: bool, **__: Any) -> None:
        console = Console()
        try:
            with console.status("Looking for rings") as status:
                done = run(at=timezone.now(), full=full, say=lambda words: status.update(f"Rings: {words}"))
            rings = with_exposure(Ring.objects.filter(state__in=OPEN, size__gt=0), at=timezone.now())
            exposed = list(most_exposed_first(rings)[:SHOWN])
            with console.status("Accounts follow"):
                decided = contain_due(timezone.now())
        except RoundAtWork:
            raise CommandError("Another round of detection is at work.") from None
        console.print(f"{decided:,} accounts decided again.")
        _tell(console, done, exposed)
        if unseen := wanting():
            console.print(f"{unseen:,} accounts have no whole trace yet; to make them: python manage.py make_traces")


def _tell(console: Console, done: Round, exposed: Sequence[Ring]) -> None:
    """What was found; `exposed` are rings by what they could take in requests a day before anybody was held."""
    console.print(
        f"{done.accounts:,} accounts looked at; {done.rings:,} rings with {done.members:,} members,"
        f" {done.new:,} of them new, {done.merged:,} merged into others."
    )
    if not exposed:
        return
    words = (Column(name, no_wrap=True) for name in ("ring", "state"))
    table = Table(
        *words,
        *(Column(name, justify="right") for name in ("accounts", "score", "exposure")),
        box=None,
        padding=(0, 2, 0, 0),
    )
    for ring in exposed:
        numbers = f"{ring.size:,}", to_a_tenth(ring.score), f"{getattr(ring, 'exposure', 0):,}"
        table.add_row(ring.public_id, ring.state, *numbers)
    console.print(table)
    console.print(f"The first: {exposed[0].template.get('words', '')}"[:WORDS_MOST], markup=False)
    more = Ring.objects.filter(state__in=OPEN, size__gt=0).count() - len(exposed)
    if more > 0:
        console.print(f"and {more:,} with less to take.")
    console.print("Pictures of them, members with why, and what to do about them: the console, under Rings.")
