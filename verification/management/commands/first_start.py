"""first_start: the first login and the first keys of a new install."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from config.lib import audit
from config.lib.auth import create_key
from tiers import keys

USER = "admin"
APPLICATION = "example"
SECRET_SCOPES = ["signups:write", "signups:read", "scores:read", "signups:import", "tiers:read", "tiers:tokens"]


class Command(BaseCommand):
    help = "Create the first console login and API keys, once, and print them as JSON. A second run prints the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--prepare", action="store_true", help="migrate and collect static files before, in one go")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["prepare"]:  # each command by itself would start Django anew, which takes seconds
            for command in ("migrate", "collectstatic"):
                call_command(command, interactive=False, verbosity=0)
        kept = Path(settings.GATEHOUSE_HOME) / "first-start.json"
        if not kept.exists() or not get_user_model().objects.exists():
            _keep(kept, _create())
        keys.keep(timezone.now())
        print(kept.read_text(encoding="utf-8"))


@transaction.atomic
def _create() -> dict[str, str]:
    password = secrets.token_urlsafe(12)
    user, _ = get_user_model().objects.get_or_create(username=USER, defaults={"is_staff": True, "is_superuser": True})
    user.set_password(password)
    user.save()
    audit.append(actor="command", act="first_start", subject=f"user:{user.pk}", details={"scopes": SECRET_SCOPES})
    return {
        "login": USER,
        "password": password,
        "secret_key": create_key(kind="secret", scopes=SECRET_SCOPES, application=APPLICATION, name="first start"),
        "publishable_key": create_key(
            kind="publishable", scopes=["devices:write"], application=APPLICATION, name="first start"
        ),
    }


def _keep(path: Path, made: dict[str, str]) -> None:
    """Only the owner of the install may read it."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(made, file)
