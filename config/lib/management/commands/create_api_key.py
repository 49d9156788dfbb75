"""create_api_key [--application A] [--name N] [--kind K] [--scope S ...] [--rotate ID | --revoke ID]"""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from config.lib import audit
from config.lib.auth import OVERLAP, PUBLISHABLE_SCOPES, SCOPES, KeyKind, KeyOrder, Mode, issue, revoke, rotate
from config.lib.models import ApiKey

HOURS = int(OVERLAP.total_seconds() // 3600)


class Command(BaseCommand):
    help = "Make an API key, or the successor of one, and print it: it is kept nowhere and cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--application", default="default", help="Which of your applications calls with it.")
        parser.add_argument("--name", default="", help="For people, to know it again.")
        parser.add_argument("--kind", choices=list(KeyKind), default=KeyKind.SECRET)
        parser.add_argument("--mode", choices=list(Mode), default=Mode.LIVE)
        parser.add_argument("--scope", action="append", choices=sorted(SCOPES), help="Again for each; else all.")
        parser.add_argument("--expires-days", type=int, help="Days until it ends; else it does not.")
        parser.add_argument("--rotate", metavar="ID", help="Make the successor of the key with this id instead.")
        parser.add_argument("--revoke", metavar="ID", help="End the key with this id, now, and make none.")
        parser.add_argument("--overlap-hours", type=int, default=HOURS, help="How long the old one goes on.")

    @transaction.atomic
    def handle(self, *_: Any, **options: Any) -> None:
        if options["revoke"]:
            _revoke(options["revoke"])
            return
        try:
            key, token = _rotated(options) if options["rotate"] else issue(_order(options))
        except ValueError as error:
            raise CommandError(str(error)) from None
        act = "api_key.rotate" if options["rotate"] else "api_key.create"
        audit.append(actor="command", act=act, subject=f"key:{key.public_id}", details={"scopes": key.scopes})
        print(token)


def _revoke(public_id: str) -> None:
    key = ApiKey.objects.filter(public_id=public_id).first()
    if key is None:
        raise CommandError(f"no key has the id {public_id}")
    revoke(key)
    audit.append(actor="command", act="api_key.revoke", subject=f"key:{public_id}", details={})
    print(f"{public_id} is revoked; every process follows within five seconds.")


def _order(options: dict[str, Any]) -> KeyOrder:
    kind = KeyKind(options["kind"])
    every = PUBLISHABLE_SCOPES if kind is KeyKind.PUBLISHABLE else SCOPES
    days = options["expires_days"]
    return KeyOrder(
        kind=kind,
        scopes=tuple(options["scope"] or sorted(every)),
        application=options["application"],
        name=options["name"],
        mode=Mode(options["mode"]),
        expires_at=timezone.now() + timedelta(days=days) if days is not None else None,
    )


def _rotated(options: dict[str, Any]) -> tuple[ApiKey, str]:
    old = ApiKey.objects.filter(public_id=options["rotate"]).first()
    if old is None:
        raise ValueError(f"no key has the id {options['rotate']}")
    return rotate(old, overlap=timedelta(hours=options["overlap_hours"]))
