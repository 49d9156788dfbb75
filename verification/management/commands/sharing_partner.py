"""sharing_partner add NAME | key NAME | end NAME | show: with whom indicators are shared"""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from verification.sharing import partners
from verification.sharing.partners import PartnerRefused, Wanted

STDIN = "-"


class Command(BaseCommand):
    help = "Say with whom indicators of rings are shared, and under which key. Keys come from files."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        add = acts.add_parser("add", help="Share with somebody. Without --key-from a key is made and printed.")
        add.add_argument("name")
        add.add_argument("--url", default="", help="Of their collection, where they speak TAXII 2.1.")
        add.add_argument("--token-from", type=Path, help="A file with the API key that they gave you; - for input.")
        add.add_argument("--believed", type=int, default=100, help="The most confidence given to what they say.")
        add.add_argument("--line", type=int, default=3, help="Accounts of one of their rings that make a case.")
        key = acts.add_parser("key", help="Give them another key: what they told under the old one is taken back.")
        key.add_argument("name")
        for each in (add, key):
            each.add_argument("--key-from", type=Path, help="A file with the key that they made; - for input.")
        end = acts.add_parser("end", help="Share no more, and take back what they told.")
        end.add_argument("name")
        acts.add_parser("show", help="Everybody there is.")

    def handle(self, *_: Any, act: str, **options: Any) -> None:
        try:
            if act == "show":
                _show()
            elif act == "add":
                self._add(options)
            elif act == "key":
                made = partners.give_key(partners.of_name(options["name"]), _read(options["key_from"]), by="command")
                self._tell_key(made, options["key_from"])
            else:
                gone = partners.end(partners.of_name(options["name"]), by="command", at=timezone.now())
                self.stdout.write(f"Nothing is shared with {options['name']} any more; {gone:,} entries went.")
        except PartnerRefused as refused:
            raise CommandError(str(refused)) from None

    def _add(self, options: dict[str, Any]) -> None:
        wanted = Wanted(
            name=options["name"],
            key=_read(options["key_from"]),
            url=options["url"],
            token=_read(options["token_from"]),
            believed=options["believed"],
            line=options["line"],
        )
        partner = partners.add(wanted, by="command", at=timezone.now())
        self._tell_key(partner.key, options["key_from"])
        self.stdout.write(f"They read /taxii2/gatehouse/collections/{partner.collection}/ with a key made by")
        self.stdout.write(f"  python manage.py create_api_key --application {partner.name} --scope indicators:read")

    def _tell_key(self, key: str, given: Path | None) -> None:
        if given is None:
            self.stdout.write(f"The common key, to be handed to them alone and shown once: {key}")


def _read(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return (sys.stdin.read() if str(file) == STDIN else file.read_text(encoding="utf-8")).strip()
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"{file} cannot be read") from None


def _show() -> None:
    table = Table("name", "since", "collection", "fetched from", "believed", "line", "objects", "indicators")
    for one in partners.standing().order_by("name"):
        stand = one.indicators.filter(revoked=False).count()
        told = one.shared.filter(revoked=False).count()
        since = f"{one.created_at:%Y-%m-%d}"
        row = (one.name, since, one.collection, one.url or "files", one.believed, one.line, told, stand)
        table.add_row(*map(str, row))
    Console().print(table)
