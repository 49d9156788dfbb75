"""recheck [ACCOUNT_ID ...] [--evidence KIND ...] [--by NAME] | --take-on"""

import time
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from config.lib.progress import line_progress
from risk.half_lives import Evidence
from tiers.models import Account
from verification import ageing, looking


class Command(BaseCommand):
    help = "Look at accounts again now; without any, tell what is due. Or take on accounts of before, with progress."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account_ids", nargs="*", metavar="ACCOUNT_ID")
        parser.add_argument(
            "--evidence",
            nargs="+",
            choices=sorted(looking.TO_ASK_FOR),
            help="Only this; unset: all that they showed.",
        )
        parser.add_argument("--by", default="command", help="Who does it, for the audit log.")
        parser.add_argument("--take-on", action="store_true", help="Take on accounts that were never looked at again.")

    def handle(self, *_: Any, account_ids: Sequence[str], **options: Any) -> None:
        if options["take_on"]:
            return self._take_on()
        if not account_ids:
            return self._tell_due(timezone.now())
        only = {Evidence(each) for each in options["evidence"] or looking.TO_ASK_FOR}
        return self._look(account_ids, only, options["by"])

    def _look(self, account_ids: Sequence[str], only: Collection[Evidence], by: str) -> None:
        accounts = {account.account_id: account for account in Account.objects.filter(account_id__in=account_ids)}
        for account_id in dict.fromkeys(account_ids):
            if (account := accounts.get(account_id)) is None:
                continue
            done = looking.look(account, by=by, at=timezone.now(), only=only)
            account.refresh_from_db()
            became = "decided again" if done.decided else "as it was"
            asked = f"; asked outside: {', '.join(done.asked)}" if done.asked else ""
            self.stdout.write(f"{account_id}: {became}, {account.outcome}, tier {account.tier}{asked}.")
        if unknown := sorted(set(account_ids) - accounts.keys()):
            raise CommandError(f"There is no account {', '.join(unknown)}.")

    def _tell_due(self, now: datetime) -> None:
        table = Table("evidence", "due now")
        for evidence, number in ageing.waiting(now).items():
            table.add_row(evidence.replace("_", " "), f"{number:,}")
        Console().print(table)
        if left := ageing.to_take_on():
            print(f"{left:,} accounts are not taken on yet; the worker does it, or: python manage.py recheck --take-on")

    def _take_on(self) -> None:
        """Who is signing up at this moment is waited for, so that nobody is passed over."""
        ageing.take_on(timezone.now())
        wanted = ageing.to_take_on()
        if not wanted:
            print("Every account is taken on.")
            return
        with Console().status("Waiting for signups that are under way"):
            time.sleep(ageing.SETTLED.total_seconds())
        with line_progress("Taking on", wanted) as progress:
            taken = ageing.take_on(timezone.now(), progress=progress)
        print(f"{taken:,} accounts taken on; each is looked at again in its turn.")
