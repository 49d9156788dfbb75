"""How many others came before one that comes now: by Valkey where it is complete, else by PostgreSQL."""

import logging

from django.db import DatabaseError
from django.utils import timezone

from risk.counters import Tally, member_of, tally
from risk.lookups.velocity import Newcomer, count, declared

log = logging.getLogger(__name__)


def put_in(newcomer: Newcomer, *, account_id: str) -> Tally | None:
    """Count one that comes now among those who come after it, and what Valkey counts of those before.

    Done however late it is: else who makes us slow would not be counted. None where Valkey is away.
    """
    try:
        velocities = declared()
    except DatabaseError:
        log.exception("What is counted could not be read.")
        return None
    return tally(newcomer, member=member_of(account_id), velocities=velocities, now=timezone.now())


def count_live(newcomer: Newcomer, told: Tally | None) -> dict[str, int]:
    """The velocities of one that comes now, with what Valkey told of it.

    Where Valkey may lack some, the higher of both is right: PostgreSQL does not have those yet whose transactions are
    open, and no count of Valkey's is too high.

    Raises:
        django.db.DatabaseError: PostgreSQL had to be asked, and could not answer in time.

    """
    if told is not None and told.complete:
        return told.counts
    (stored,) = count([newcomer])
    if told is None:
        return stored
    return {name: max(counted, told.counts.get(name, 0)) for name, counted in stored.items()}
