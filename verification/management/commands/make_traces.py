"""make_traces"""

from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console

from config.lib.progress import line_progress
from verification.tracing import make_traces, wanting


class Command(BaseCommand):
    help = "Make the traces that detection reads, of accounts that signed up before there were any, or before a link."

    def handle(self, *_: Any, **__: Any) -> None:
        asked = wanting()
        if not asked:
            print("Every account has its trace.")
            return
        with line_progress("Making traces", asked) as progress:
            made = make_traces(progress=progress)
        console = Console()
        console.print(f"{made:,} traces made or completed.")
        if left := wanting():
            console.print(f"{left:,} accounts stay without: what is kept of them cannot be read; the log says which.")
        console.print("To look for rings among them: python manage.py detect_rings --full", soft_wrap=True)
