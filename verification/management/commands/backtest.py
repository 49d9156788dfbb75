"""backtest POLICY.yaml [--since T] [--until T] [--sample N] [--at latest|signup] [--out report.json] [--workers 2]"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from config.lib.progress import line_progress
from risk.policies.store import active
from risk.policyerror import PolicyError
from tiers import policies
from tiers.models import Account
from verification.backtest_report import report, tables
from verification.backtesting import THE_BEGINNING, Asked, Which, backtest, moment
from verification.shards import ranges

WORKERS = 2


class Command(BaseCommand):
    help = "Judge the stored facts of every account by a draft policy and by the one in force, and tell who moves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("policy", type=Path)
        parser.add_argument("--since", type=moment, default=THE_BEGINNING, help="Assessments from this time on.")
        parser.add_argument("--until", type=moment, help="Assessments before this time.")
        parser.add_argument("--sample", type=int, help="About so many accounts, the same each time.")
        parser.add_argument("--at", type=Which, default=Which.LATEST, choices=list(Which), help="Which assessment.")
        parser.add_argument("--out", type=Path, help="Where the report goes as JSON.")
        parser.add_argument("--workers", type=int, default=WORKERS, help="Processes.")

    def handle(self, *_: Any, policy: Path, out: Path | None, workers: int, **chosen: Any) -> None:
        try:
            draft = policies.read(policy)
        except OSError as error:
            raise CommandError(f"{policy}: {error.strerror}") from None
        except PolicyError as error:
            raise CommandError(str(error)) from None
        if chosen["sample"] is not None and chosen["sample"] < 1:
            raise CommandError("--sample: a number above 0")
        asked = Asked(
            draft=draft,
            in_force=active().document,
            which=chosen["at"],
            since=chosen["since"],
            until=chosen["until"],
            sample=chosen["sample"],
        )
        with line_progress("Backtesting", len(ranges(Account.objects.all()))) as progress:
            tally = backtest(asked, workers=workers, progress=progress)
        told = report(tally, asked)
        console = Console()
        with console.capture() as screen:
            for table in tables(told):
                console.print(table)
        self.stdout.write(screen.get())
        if out is not None:
            out.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
