"""Errands: tasks that have to be done, written down before they are queued, and crossed out once they are done.

PostgreSQL is where they are; the broker only carries word of them. A message that is lost, with its worker or with all
that Valkey held, is sent again from here; one that comes twice finds the errand taken or gone. Pauses are spent here
too: messages that are not to be taken yet fill workers' memory on Valkey, and quorum queues know none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F, Q

from config.lib import letters, tracing
from config.lib.models import Errand
from config.lib.rows import insert

PREFIX: Final = "errand-"  # of the ids of their tasks
AGAIN: Final = timedelta(seconds=15)  # after which an errand that is still here is queued again; doubled each time
AGAIN_MOST: Final = timedelta(hours=1)
STARTS_MOST: Final = 3  # tries whose worker was lost; whatever kills three kills the fourth
SWEPT_AT_ONCE: Final = 1000
LOST: Final = "WorkerLostError"

CLAIM_SQL = """
UPDATE lib_errand SET claimed_until = %(until)s, claimed_by = %(by)s, starts = starts + 1
WHERE id = %(id)s AND (claimed_until IS NULL OR claimed_until < %(at)s OR %(redelivered)s)
RETURNING starts, failures
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task by its name, and what it is to be done with: ids and names."""

    task: str
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    trace: str = ""  # of what calls for it; left out, the trace at work


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who takes an errand, for how long, and whether the broker brought it for another time."""

    worker: str
    seconds: float
    redelivered: bool = False


class Turn(Enum):
    """What whoever got word of an errand is to do."""

    DO = auto()
    LEAVE = auto()  # it is done, or another is at it
    GIVE_UP = auto()  # it has killed its workers


def note(wanted: Iterable[Wanted], *, at: datetime, due: datetime | None = None) -> list[Errand]:
    """Write errands down, in the transaction that the caller has open.

    Without `due` the caller sends word of them once it has committed; with it they are left to that moment.
    """
    due = due or at + AGAIN
    here = tracing.current()
    errands = [
        Errand(
            task=one.task,
            args=list(one.args),
            kwargs=dict(one.kwargs),
            made_at=at,
            due_at=due,
            trace=one.trace or here,
        )
        for one in wanted
    ]
    insert(errands)
    return errands


def task_id(errand: Errand) -> str:
    """The id under which its task is queued."""
    return f"{PREFIX}{errand.pk}"


def errand_of(task_id: str | None) -> int | None:
    """The errand that a task is for; None for a task that is none."""
    number = (task_id or "").removeprefix(PREFIX)
    return int(number) if number != task_id and number.isdecimal() else None


def claim(errand: int, claimant: Claimant, *, at: datetime) -> Turn:
    """Take an errand. One that the broker brings again was lost by whoever had it."""
    until = at + timedelta(seconds=claimant.seconds)
    given: dict[str, str | int | bool | datetime] = {
        "id": errand,
        "at": at,
        "until": until,
        "redelivered": claimant.redelivered,
        "by": claimant.worker[:200],
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_SQL, given)
        found = cursor.fetchone()
    if found is None:
        return Turn.LEAVE
    return Turn.GIVE_UP if found[0] > STARTS_MOST else Turn.DO


def let_go(worker: str, *, at: datetime) -> int:
    """Have done again what a worker of this name had: one that starts has none, so it was killed. How many it had."""
    held = Errand.objects.filter(claimed_by=worker, claimed_until__isnull=False)
    return held.update(claimed_until=None, due_at=at, sent=0)


def done(errand: int) -> None:
    """Cross it out."""
    Errand.objects.filter(pk=errand).delete()


def put_off(errand: int, *, until: datetime, failed: bool) -> None:
    """Let it go until a moment, when it is queued again. `failed` counts the try."""
    Errand.objects.filter(pk=errand).update(
        due_at=until, claimed_until=None, sent=0, starts=0, failures=F("failures") + (1 if failed else 0)
    )


def failures(errand: int) -> int:
    """How many tries ended with an error."""
    return Errand.objects.filter(pk=errand).values_list("failures", flat=True).first() or 0


def give_up(errand: int, failure: str, place: str, *, at: datetime) -> None:
    """Make a dead letter of it."""
    with transaction.atomic():
        row = Errand.objects.select_for_update().filter(pk=errand).first()
        if row is None:
            return
        told = letters.Told(row.task, row.args, row.kwargs, failure, place, tries=max(1, row.failures + row.starts))
        letters.write(told, at=at)
        row.delete()


def due(at: datetime) -> list[Errand]:
    """Errands to queue again, the longest due first; each call puts those that it returns off for longer."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=at)
    with transaction.atomic():
        rows = Errand.objects.select_for_update(skip_locked=True).filter(free, due_at__lte=at)
        found = list(rows.order_by("due_at")[:SWEPT_AT_ONCE])
        for row in found:
            row.due_at = at + min(AGAIN * 2 ** min(row.sent, 8), AGAIN_MOST)
            row.sent = min(row.sent + 1, 1000)
        Errand.objects.bulk_update(found, ["due_at", "sent"])
    return found


def oldest_seconds(at: datetime) -> Mapping[str, float]:
    """Seconds that the oldest errand of each task has been due to be queued again; none for what is in time."""
    waiting = Errand.objects.filter(due_at__lt=at).order_by("task", "made_at").distinct("task")
    return {row.task: (at - row.made_at).total_seconds() for row in waiting}
