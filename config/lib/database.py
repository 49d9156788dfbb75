"""Questions to the database from outside of Django's requests, where nobody else looks after the connection."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection

log = structlog.get_logger(__name__)
T = TypeVar("T")

LEAVE_ALONE_SECONDS: Final = 1.0  # how long the database is not asked after it failed


@contextmanager
def unhurried() -> Iterator[None]:
    """Queries may take as long as they take in here: work on all that is stored, which nobody waits for."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        # Where the connection or its transaction broke meanwhile, the setting went with it.
        with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")


class DatabaseAway(OperationalError):
    """The database gave no answer now, or is left alone because it gave none before."""


@dataclass(slots=True)
class Database:
    """The database as this process finds it."""

    away_until: float = 0.0

    def ask(self, question: Callable[[], T]) -> T:
        """What it answers. A connection that broke since it was last used is made anew, once. Raises DatabaseAway."""
        if time.monotonic() < self.away_until:
            raise DatabaseAway
        try:
            return _ask(question)
        except (OperationalError, InterfaceError) as error:
            self.away_until = time.monotonic() + LEAVE_ALONE_SECONDS
            log.warning("database_away", reason=type(error).__name__)
            raise DatabaseAway from error


def _ask(question: Callable[[], T]) -> T:
    try:
        return question()
    except (OperationalError, InterfaceError):
        if not _broken():
            raise
        connection.close()
    return question()


def _broken() -> bool:
    """In a transaction there is nothing to be done again: what came before is gone too."""
    made = connection.connection
    return made is not None and not connection.in_atomic_block and bool(made.closed or made.broken)


database = Database()
