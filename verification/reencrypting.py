"""Everything encrypted passes to the first of GATEHOUSE_DATA_KEYS while the service runs.

Every key decrypts, so nothing is unreadable meanwhile. It goes by chunks, each in a transaction with the key of the
last row: a run that was stopped goes on where it was. When it is done the other keys can leave the settings, once the
backups that need them are gone too.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from config.lib import audit
from config.lib.crypto import EncryptedJSONField
from config.lib.models import Reencryption

CHUNK: Final = 500  # rows
Progress = Callable[[str, int], None]


def run(progress: Progress = lambda _, __: None) -> tuple[int, int]:
    """Encrypt anew what is not under the first key; how many values were, and how many no key opens: they stay.

    Done before, it does nothing: what came since came under the first key.
    """
    first = hashlib.sha256(settings.GATEHOUSE_DATA_KEYS[0].encode()).hexdigest()[:16]
    row, _ = Reencryption.objects.get_or_create(pk=first, defaults={"begun_at": timezone.now()})
    if row.finished_at is not None:
        return 0, row.unreadable
    done = 0
    for model, field in encrypted_fields():
        while (chunk := _chunk(model, field, first)) is not None:
            done += chunk[0]
            progress(f"{model._meta.db_table}.{field}", chunk[1])  # noqa: SLF001 - documented by Django
    return done, _finish(first)


def encrypted_fields() -> Iterator[tuple[type[Model], str]]:
    """Every column that holds encrypted values."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 - documented by Django
            if isinstance(field, EncryptedJSONField):
                yield model, field.attname


def _chunk(model: type[Model], field: str, first: str) -> tuple[int, int] | None:
    """One chunk: how many values were encrypted anew, and how many rows it had. None at the end."""
    table, key = model._meta.db_table, model._meta.pk.column  # noqa: SLF001 - documented by Django
    name = f"{table}.{field}"
    with transaction.atomic(), connection.cursor() as cursor:
        row = Reencryption.objects.select_for_update().get(pk=first)
        cursor.execute(
            f'SELECT "{key}"::text, "{field}" FROM "{table}" '  # noqa: S608 - names of our own models
            f'WHERE (%s::text IS NULL OR "{key}" > %s::{_type(model)}) ORDER BY "{key}" LIMIT {CHUNK} FOR UPDATE',
            [row.progress.get(name)] * 2,
        )
        rows = cursor.fetchall()
        if not rows:
            return None
        made = [(pk, _anew(bytes(token))) for pk, token in rows if token is not None]
        changed = [(pk, token) for pk, token in made if token]
        cursor.executemany(
            f'UPDATE "{table}" SET "{field}" = %s WHERE "{key}" = %s::{_type(model)}',  # noqa: S608 - as above
            [(token, pk) for pk, token in changed],
        )
        row.progress[name] = rows[-1][0]
        row.unreadable += sum(token is None for _, token in made)
        row.save(update_fields=["progress", "unreadable"])
    return len(changed), len(rows)


def _type(model: type[Model]) -> str:
    return str(model._meta.pk.rel_db_type(connection))  # noqa: SLF001 - documented by Django


def _anew(token: bytes) -> bytes | None:
    """Under the first key, with the time that it was made at: b"" where it is, None where no key opens it."""
    keys = [Fernet(key) for key in settings.GATEHOUSE_DATA_KEYS]
    try:
        keys[0].decrypt(token)
    except InvalidToken:
        try:
            return MultiFernet(keys).rotate(token)
        except InvalidToken:
            return None
    return b""


def _finish(first: str) -> int:
    """How many values no key opens."""
    with transaction.atomic():
        row = Reencryption.objects.select_for_update().get(pk=first)
        row.finished_at = timezone.now()
        row.save(update_fields=["finished_at"])
        told = {"unreadable": row.unreadable}
        audit.append(actor="command", act="keys.reencrypt", subject=f"data_key:{first}", details=told)
    return row.unreadable
