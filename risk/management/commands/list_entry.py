"""list_entry add LIST VALUE --reason WHY | import FILE.jsonl | remove NUMBER --reason WHY | show [LIST]"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from risk import list_entries
from risk.list_entries import EntryRefused, Wanted
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
        many.add_argument("file", type=Path, help="A line each: {list, value, reason, expires?, from?} as JSON.")
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
            elif act == "remove":
                list_entries.remove(options["number"], reason=options["reason"], author=options["by"])
                self.stdout.write(f"Entry {options['number']} is removed.")
            else:
                added = _add(options) if act == "add" else _import(options)
                numbers = ", ".join(str(entry.pk) for entry in added[:20])
                self.stdout.write(f"Added {len(added)}: {numbers}{', ...' if len(added) > 20 else ''}")
        except (EntryRefused, PolicyError) as error:
            raise CommandError(str(error)) from None


def _add(options: dict[str, Any]) -> list[ListEntry]:
    account = options["of_account"]
    if (options["value"] is None) == (account is None):
        raise CommandError("Name a value, or --of-account.")
    wanted = _wanted(options)
    if account is not None:
        return list_entries.add_of_account(wanted, subject=account, author=options["by"])
    return list_entries.add([wanted], author=options["by"])


def _import(options: dict[str, Any]) -> list[ListEntry]:
    try:
        with options["file"].open(encoding="utf-8") as lines:
            wanted = list(_read(lines))
    except OSError as error:
        raise CommandError(f"{options['file']}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{options['file']}: it is not UTF-8") from None
    return list_entries.add(wanted, author=options["by"])


def _read(lines: Any) -> Iterator[Wanted]:
    for number, line in enumerate((line for line in lines if line.strip()), 1):
        if number > list_entries.BATCH_MOST:
            raise CommandError(f"At most {list_entries.BATCH_MOST} entries at once.")
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict) or not isinstance(told.get("list"), str):
            raise CommandError(f"entry {number}: a table with list, value and reason is needed")
        yield _wanted({**told, "since": told.get("from")})


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
