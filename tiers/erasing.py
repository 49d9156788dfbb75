"""The one door by which grants leave: with an account that is erased. Otherwise PostgreSQL refuses to delete them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

SETTING = "gatehouse.erasing"  # the trigger of migration 0003 asks for it


@contextmanager
def erasing() -> Iterator[None]:
    """Deleting an account is allowed in here, in a transaction that ends with this."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [SETTING])
        yield
        cursor.execute("SELECT set_config(%s, 'off', true)", [SETTING])
