"""rotate_tier_keys [--now | --compromised]: the keys that sign tier tokens."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from tiers import keys


class Command(BaseCommand):
    help = "Make the keys of tier tokens that are due and delete those that are spent. Beat does this by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        way = parser.add_mutually_exclusive_group()
        way.add_argument(
            "--now",
            action="store_true",
            help="Make successors now, due or not: they are published, and sign in an hour.",
        )
        way.add_argument(
            "--compromised",
            action="store_true",
            help="A key was stolen: delete all and sign with new ones at once. Every token that is about ends.",
        )

    def handle(self, *_: Any, now: bool, compromised: bool, **__: Any) -> None:
        kept = keys.replace_all(timezone.now()) if compromised else keys.keep(timezone.now(), rotate=now)
        for kid in kept.made:
            self.stdout.write(f"Made {kid}.")
        for kid in kept.deleted:
            self.stdout.write(f"Deleted {kid}.")
        if not (kept.made or kept.deleted):
            self.stdout.write("Nothing was due.")
