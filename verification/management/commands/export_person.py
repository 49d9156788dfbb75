"""export_person ACCOUNT_ID OUT.zip [--full]"""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tiers.models import Account
from verification.exporting import export


class Command(BaseCommand):
    help = "Write everything that is known of an account and its person into one zip, readable by its owner alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account_id")
        parser.add_argument("out", type=Path)
        parser.add_argument("--full", action="store_true", help="With detectors: for a court, not for the person.")

    def handle(self, *_: Any, account_id: str, out: Path, full: bool, **__: Any) -> None:
        account = Account.objects.filter(account_id=account_id).first()
        if account is None:
            raise CommandError("There is no such account.")
        made = export(account, by="command", at=timezone.now(), full=full)
        try:
            descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}") from None
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
        print(f"{out}: {len(made):,} bytes")
