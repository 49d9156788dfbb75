"""erase_person ACCOUNT_ID --reason TEXT --yes"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from tiers.models import Account
from verification.erasing import erase


class Command(BaseCommand):
    help = "Erase an account and everything that is known of its person, for good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account_id")
        parser.add_argument("--reason", required=True, help="Why: kept in the audit log. No personal value.")
        parser.add_argument("--yes", action="store_true", help="Do it: there is no way back.")

    def handle(self, *_: Any, account_id: str, reason: str, yes: bool, **__: Any) -> None:
        account = Account.objects.filter(account_id=account_id).first()
        if account is None:
            raise CommandError("There is no such account.")
        if not yes:
            raise CommandError("This cannot be undone. Add --yes to do it.")
        done = erase(account, by="command", why=reason, at=timezone.now())
        table = Table("erased", "rows", show_header=True)
        for name, rows in done.rows.items():
            table.add_row(name, f"{rows:,}")
        Console().print(table)
        if done.tombstones:
            print(f"The account was held: {done.tombstones} tombstones stand until {done.until:%Y-%m-%d}.")
