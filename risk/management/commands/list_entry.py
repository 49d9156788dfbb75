"""list_entry add LIST VALUE --reason WHY | import FILE | export FILE.csv | remove NUMBER --reason WHY | show [LIST]"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from risk import list_entries
from risk.list_entries import EntryRefused, Wanted
from risk.list_files import FileRefused, read_lines, write_csv
from risk.lists import moment
from risk.models import ListEntry
from risk.policyerror import PolicyError

SHOWN_MOST = 1_000


class Command(BaseCommand):
    help = "Add values to the lists of the policy in force, remove or show them. Every process follows in five seconds."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        add = acts.add_parser("add", help="Put one value on a list.")
        add.add_argument("list")
        add.add_argument("value", nargs="?")
        add.add_argument("--of-account", type=int, help="Instead of a value: what the account of this number showed.")
        add.add_argument("--expires", help="From when it counts no more, as 2027-01-31.")
        add.add_argument("--from", dest="since", help="From when it counts, where that is not now.")
        many = acts.add_parser("import", help="Put the values of a file on lists: all of them or none.")
        many.add_argument("file", type=Path, help="FILE.csv, or an object of JSON a line: docs/lists.md.")
        export = acts.add_parser("export", help="Write the entries in force to a CSV file, personal values sealed.")
        export.add_argument("file", type=Path)
        remove = acts.add_parser("remove", help="Take an entry out of force.")
        remove.add_argument("number", type=int)
        show = acts.add_parser("show", help="The entries in force, masked.")
        show.add_argument("list", nargs="?")
        for act in (add, remove):
            act.add_argument("--reason", required=True)
        for act in (add, many, remove):
            act.add_argument("--by", default="command", help="Who does it, for the entry and the audit log.")

    def handle(self, *_: Any, act: str, **options: Any) -> None:
        try:
            if act == "show":
                _show(options["list"])
            elif act == "export":
                self.stdout.write(f"Wrote {_export(options['file']):,} entries.")
            elif act == "remove":
                list_entries.remove(options["number"], reason=options["reason"], author=options["by"])
                self.stdout.write(f"Entry {options['number']} is removed.")
            else:
                added = _add(options) if act == "add" else _import(options)
                numbers = ", ".join(str(entry.pk) for entry in added[:20])
                self.stdout.write(f"Added {len(added)}: {numbers}{', ...' if len(added) > 20 else ''}")
        except (EntryRefused, FileRefused, PolicyError) as error:
            raise CommandError(str(error)) from None


def _add(options: dict[str, Any]) -> list[ListEntry]:
    account = options["of_account"]
    if (options["value"] is None) == (account is None):
        raise CommandError("Name a value, or --of-account.")
    wanted = _wanted(options)
    if account is not None:
        return list_entries.add_of_account(wanted, subject=account, author=options["by"])
    return list_entries.add([wanted], author=options["by"])


def _export(file: Path) -> int:
    entries = ListEntry.objects.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), removed_at=None)
    try:
        with file.open("w", encoding="utf-8", newline="") as out:
            return write_csv(entries.order_by("pk").iterator(), out)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from None


def _import(options: dict[str, Any]) -> list[ListEntry]:
    try:
        lines = read_lines(options["file"])
    except OSError as error:
        raise CommandError(f"{options['file']}: {error.strerror}") from None
    return list_entries.add([line.wanted for line in lines], author=options["by"])


def _wanted(told: dict[str, Any]) -> Wanted:
    return Wanted(
        list=told["list"],
        value=told.get("value"),
        reason=told.get("reason") or "",
        expires=moment(told.get("expires"), "expires"),
        since=moment(told.get("since"), "from"),
    )


def _show(name: str | None) -> None:
    entries = ListEntry.objects.filter(removed_at=None).order_by("list", "pk")
    if name is not None:
        entries = entries.filter(list=name)
    table = Table("number", "list", "value", "reason", "author", "from", "expires")
    for entry in entries[:SHOWN_MOST]:
        expires = f"{entry.expires_at:%Y-%m-%d %H:%M}" if entry.expires_at else "never"
        since = f"{entry.since:%Y-%m-%d %H:%M}"
        table.add_row(str(entry.pk), entry.list, entry.shown, entry.reason, entry.author, since, expires)
    Console().print(table)
