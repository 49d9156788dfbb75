"""publish_policy FILE.yaml"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from config.lib import audit
from risk.policies.store import publish, read
from risk.policy import PolicyError
from tiers.ladder import parse as parse_ladder


class Command(BaseCommand):
    help = "Make a policy file the active policy. Every process follows within five seconds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, file: Path, **__: Any) -> None:
        try:
            document = read(file)
            parse_ladder(document)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except PolicyError as error:
            raise CommandError(str(error)) from None
        with transaction.atomic():
            stored = publish(document)
            audit.append(actor="command", act="policy.publish", subject=f"policy:{stored.digest}", details={})
        print(f"{stored.name} {stored.digest[:12]} is active.")
