"""publish_policy FILE.yaml"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from config.lib import audit
from risk.policies.store import publish, read
from risk.policy import PolicyError
from tiers.ladder import CheckKind, without_dead_ends
from tiers.ladder import parse as parse_ladder
from verification.proving import on_offer


class Command(BaseCommand):
    help = "Make a policy file the active policy. Every process follows within five seconds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, file: Path, **__: Any) -> None:
        try:
            document = read(file)
            ladder = without_dead_ends(parse_ladder(document))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except PolicyError as error:
            raise CommandError(str(error)) from None
        with transaction.atomic():
            stored = publish(document)
            audit.append(actor="command", act="policy.publish", subject=f"policy:{stored.digest}", details={})
        for dead_end in ladder.dead_ends(frozenset(kind for kind in CheckKind if on_offer(kind))):
            self.stderr.write(f"Warning: with the checks that are set up here: {dead_end}, or set one up.")
        print(f"{stored.name} {stored.digest[:12]} is active.")
