"""Write a made-up history: honest people, and operators among them, with the truth beside."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bench.simulation.population import OPERATORS, Plan
from bench.simulation.writer import write
from config.lib.progress import line_progress


class Command(BaseCommand):
    help = "Write a made-up history in the import format, and who was behind each account. See docs/simulate.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--out", type=Path, required=True, help="the folder that gets signups.jsonl and truth.jsonl"
        )
        parser.add_argument("--accounts", type=_count, default=10_000, help="how many accounts, of all groups")
        parser.add_argument("--days", type=_count, default=45, help="how many days they come in")
        parser.add_argument("--seed", default="1", help="the same seed makes the same bytes")
        parser.add_argument(
            "--operators",
            nargs="*",
            choices=OPERATORS,
            default=list(OPERATORS),
            help="the kinds of operators; none for honest people only",
        )
        parser.add_argument(
            "--operated", type=_share, help="share of accounts that operators open; 0.02 to 0.05 by the seed"
        )

        parser.add_argument(
            "--use",
            action="store_true",
            help="also usage.jsonl: what accounts did until two weeks after the last signup",
        )

    def handle(self, **options: Any) -> None:
        plan = Plan(
            options["accounts"], options["days"], options["seed"], tuple(options["operators"]), options["operated"]
        )
        try:
            with line_progress("Making up", plan.accounts) as progress:
                write(options["out"], plan, progress, use=options["use"])
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{plan.accounts} accounts of {plan.days} days in {options['out']}")


def _count(text: str) -> int:
    if not text.isdecimal() or not (number := int(text)):
        raise argparse.ArgumentTypeError("a whole number above 0")
    return number


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("a share, from 0 to 1")
    return share
