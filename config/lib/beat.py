"""One beat calls, however many are started: the others wait for its lease to end.

The lease is a row in PostgreSQL, told by that server's clock, with when each task was last called for: whoever takes
over goes on where the one before left off. A beat that was held up for longer than its lease finds it gone before it
calls for anything. Without PostgreSQL nobody calls, and no task could run.
"""

import json
import logging
import os
import secrets
import socket
import time
from datetime import datetime, timedelta
from typing import Any, Final

from celery.beat import Scheduler
from django.db import DatabaseError, InterfaceError, connection

log = logging.getLogger(__name__)

LEASE_SECONDS: Final = 15  # how long nobody calls after a beat was killed
RENEW_SECONDS: Final = 1.0
STANDBY_SECONDS: Final = 1.0  # between two looks of a beat that waits
JUMP_SECONDS: Final = 2.0  # by which the clock has to have gone wrong to be called a jump

TAKE_SQL = """
INSERT INTO lib_beatlease AS lease (id, holder, until, ran)
VALUES (1, %(holder)s, clock_timestamp() + %(seconds)s * interval '1 second', '{}')
ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE lease.holder = excluded.holder OR lease.until < clock_timestamp()
RETURNING ran
"""
RENEW_SQL = """
UPDATE lib_beatlease SET until = clock_timestamp() + %(seconds)s * interval '1 second', ran = %(ran)s
WHERE holder = %(holder)s
"""
RELEASE_SQL = "UPDATE lib_beatlease SET until = clock_timestamp(), ran = %(ran)s WHERE holder = %(holder)s"
AGE_SQL = "SELECT extract(epoch FROM clock_timestamp() - until)::float FROM lib_beatlease"


class LeasedScheduler(Scheduler):
    """What `celery beat` runs. It keeps no file: what it has to know stands with the lease."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.leads = False
        self.renewed = -LEASE_SECONDS * 1.0  # by the clock that never jumps
        self.clocks = (time.time(), time.monotonic())
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Call for what is due, where this one has the lease; seconds until the next look."""
        self._follow_clock()
        try:
            if not self._has_lease():
                return STANDBY_SECONDS
        except (DatabaseError, InterfaceError) as away:
            log.warning("PostgreSQL is away; nothing is called for.", extra={"why": type(away).__name__})
            self.leads = False
            connection.close()
            return STANDBY_SECONDS
        return min(float(super().tick(*args, **kwargs)), RENEW_SECONDS)

    def close(self) -> None:
        """Let the lease go, so that another takes over at once."""
        try:
            if self.leads:
                _execute(RELEASE_SQL, holder=self.holder, ran=self._ran())
        except (DatabaseError, InterfaceError):
            log.warning("The lease could not be let go; it ends by itself.")
        finally:
            super().close()

    def _has_lease(self) -> bool:
        if self.leads and time.monotonic() - self.renewed < RENEW_SECONDS:
            return True
        asked = time.monotonic()
        self.leads = self._renew() if self.leads else self._take()
        if self.leads:
            self.renewed = asked
        return self.leads

    def _renew(self) -> bool:
        kept = _execute(RENEW_SQL, holder=self.holder, seconds=LEASE_SECONDS, ran=self._ran()) == 1
        if not kept:
            log.warning("Another beat has taken over; this one waits.")
        return kept

    def _take(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(TAKE_SQL, {"holder": self.holder, "seconds": LEASE_SECONDS})
            row = cursor.fetchone()
        if row is not None:
            self._go_on(json.loads(row[0]) if isinstance(row[0], str) else row[0])
            log.info("This beat calls from now on.")
        return row is not None

    def _go_on(self, ran: dict[str, str]) -> None:
        """Take up when each task was last called for; a moment that is still to come was told by a wrong clock."""
        for name, entry in self.schedule.items():
            if name in ran:
                entry.last_run_at = min(datetime.fromisoformat(ran[name]), entry.default_now())
        self._heap = None

    def _ran(self) -> str:
        ran = {name: entry.last_run_at for name, entry in self.schedule.items()}
        return json.dumps({name: at.isoformat() for name, at in ran.items() if at is not None})

    def _follow_clock(self) -> None:
        """Where the machine's clock has jumped, what was done before it stays as long ago as it is."""
        wall, steady = time.time(), time.monotonic()
        jumped = (wall - self.clocks[0]) - (steady - self.clocks[1])
        self.clocks = (wall, steady)
        if abs(jumped) < JUMP_SECONDS:
            return
        log.warning("The clock has jumped.", extra={"seconds": round(jumped, 1)})
        for entry in self.schedule.values():
            if entry.last_run_at is not None:
                entry.last_run_at += timedelta(seconds=jumped)
        self._heap = None


def beat_probe() -> str | None:
    """For /readyz: raises where no beat has called for a while."""
    try:
        if lease_ended_seconds() > LEASE_SECONDS:
            raise LookupError("no beat")
    finally:
        connection.close()
    return None


def lease_ended_seconds() -> float:
    """How long ago the lease ended; negative while it holds, infinite where no beat ever called."""
    with connection.cursor() as cursor:
        cursor.execute(AGE_SQL)
        row = cursor.fetchone()
    return float("inf") if row is None else float(row[0])


def _execute(sql: str, **given: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return int(cursor.rowcount)
