"""What `manage.py check --database default`, and so every `migrate`, looks at: whether the peppers fit the database."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from config.lib.peppers import chain, fingerprint

TURNS_SQL = "SELECT number, fingerprint FROM lib_hashturn ORDER BY number"


@register(Tags.database)
def peppers_fit(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """gatehouse.E001: hashes were turned to a pepper that the settings do not have, and would find nobody."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        if "lib_hashturn" not in connections["default"].introspection.table_names(cursor):
            return []
        cursor.execute(TURNS_SQL)
        turns = cursor.fetchall()
    peppers = chain()
    if all(number < len(peppers) and fingerprint(peppers[number]) == told for number, told in turns):
        return []
    return [
        Error(
            "GATEHOUSE_PEPPER and GATEHOUSE_OLD_PEPPERS are not those that this database was turned to.",
            hint="Keep every pepper that rotate_keys has turned from, the newest first: docs/keys.md.",
            id="gatehouse.E001",
        )
    ]
