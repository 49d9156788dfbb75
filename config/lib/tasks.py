"""How every task of Celery runs here: errands are claimed and crossed out, and what fails for good becomes a letter.

A server of ours that is away is no failure: the errand waits for its return, however long that takes. An error is tried
again three times, later each time. A task that is no errand is called for again by beat or a sweep, so it is not.
"""

import hashlib
import json
import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import redis
from celery import Task, current_app, signals
from celery.exceptions import Ignore, NotRegistered, TaskPredicate
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway
from prometheus_client import Histogram

from config.lib import audit, errands, letters, tracing
from config.lib.errands import Claimant, Turn, Wanted
from config.lib.metrics import BUCKETS
from config.lib.models import DeadLetter, Errand
from config.lib.valkey import Valkey, ValkeyAway, packed

log = logging.getLogger(__name__)

OUTAGE_SECONDS: Final = 10.0  # until an errand is tried again that met a server which was away
FAILED_SECONDS: Final = (10.0, 60.0, 600.0)  # until an errand is tried again that failed; then it is given up
SWEEP_SECONDS: Final = 5.0  # a sweep goes on for; the next follows within RELAY_SECONDS
CLAIM_SPARE: Final = 5.0  # a claim outlasts the limit of its task by so much
LOST_SECONDS: Final = 3600  # for which lost workers of a task are counted together
# What PostgreSQL says where the statement is not to blame: the connection, the server's end, its resources.
OUTAGES: Final = ("08", "57P", "53")

TASK_SECONDS: Final = Histogram(
    "gatehouse_task_seconds", "How long tasks ran, by what came of them.", ["task", "result"], buckets=BUCKETS
)
_owed: set[int] = set()  # errands of this process whose claims nobody holds any more
valkey = Valkey("counting of tasks that kill their workers")


class HouseTask(Task):  # type: ignore[type-arg] # its parameters differ from task to task
    """What `shared_task` makes. `throws` names the errors that are an answer, not a failure."""

    abstract = True

    def __init_subclass__(cls, **given: Any) -> None:
        """A task that names a limit of its own hears of it shortly before."""
        super().__init_subclass__(**given)
        if cls.time_limit and not cls.soft_time_limit:
            cls.soft_time_limit = int(cls.time_limit) - 10

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do it: as an errand where it is one."""
        if _owed and self.request.id is not None:
            _pay_owed()
        begun, result = time.perf_counter(), "failed"
        errand = errands.errand_of(self.request.id)
        try:
            done = self._plain(args, kwargs) if errand is None else self._errand(errand, args, kwargs)
            result = "done"
        except TaskPredicate:
            result = "left"
            raise
        finally:
            TASK_SECONDS.labels(self.name, result).observe(time.perf_counter() - begun)
        return done

    def _errand(self, errand: int, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        try:
            self._claim(errand)
            result = self.run(*args, **kwargs)
        except TaskPredicate:
            raise
        except Exception as failure:
            if isinstance(failure, self.throws):
                errands.done(errand)
            elif is_outage(failure):
                self._wait_out(errand, failure)
            else:
                failed(errand, failure)
            raise
        errands.done(errand)
        return result

    def _claim(self, errand: int) -> None:
        """Raises Ignore where it is not to be done."""
        seconds = float(self.time_limit or current_app.conf.task_time_limit) + CLAIM_SPARE
        claimant = Claimant(str(self.request.hostname or ""), seconds, self._redelivered)
        turn = errands.claim(errand, claimant, at=timezone.now())
        if turn is Turn.GIVE_UP:
            errands.give_up(errand, errands.LOST, "", at=timezone.now())
        if turn is not Turn.DO:
            raise Ignore(turn.name)

    def _wait_out(self, errand: int, failure: Exception) -> None:
        """Where it cannot even be put off, its claim runs out and it is swept up."""
        log.warning("A server is away; an errand waits.", extra={"errand": errand, "why": type(failure).__name__})
        if not _put_off(errand):
            _owed.add(errand)
        raise Ignore("outage") from failure

    def _plain(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        if self._redelivered and _lost(self.name, args, kwargs) >= errands.STARTS_MOST:
            self._bury(args, kwargs, errands.LOST, "")
            raise Ignore(errands.LOST)
        try:
            return self.run(*args, **kwargs)
        except TaskPredicate:
            raise
        except Exception as failure:
            if self.request.id is None or isinstance(failure, self.throws):
                raise
            if is_outage(failure):
                log.warning("A server is away; a task is left to the next call for it.", extra={"why": str(failure)})
                raise Ignore("outage") from failure
            self._bury(args, kwargs, type(failure).__name__, letters.place_of(failure.__traceback__))
            raise

    def _bury(self, args: Sequence[Any], kwargs: dict[str, Any], failure: str, place: str) -> None:
        bury(letters.Told(self.name, args, kwargs, failure, place, tries=1))

    @property
    def _redelivered(self) -> bool:
        return bool((self.request.delivery_info or {}).get("redelivered"))


def _pay_owed() -> None:
    """Let errands go that could not be let go when PostgreSQL went away, without waiting for their claims to end."""
    for errand in list(_owed):
        if _put_off(errand):
            _owed.discard(errand)


def _put_off(errand: int) -> bool:
    try:
        errands.put_off(errand, until=timezone.now() + timedelta(seconds=OUTAGE_SECONDS), failed=False)
    except (DatabaseError, InterfaceError):
        connection.close()
        return False
    return True


def is_outage(failure: BaseException) -> bool:
    """Whether a server of ours was away, and the task is not to blame."""
    if isinstance(failure, redis.ConnectionError | redis.TimeoutError | ValkeyAway | BrokerAway | InterfaceError):
        return True
    if not isinstance(failure, OperationalError):
        return False
    state = getattr(failure.__cause__, "sqlstate", None)
    return state is None or state.startswith(OUTAGES)


def failed(errand: int, failure: Exception) -> None:
    """Try it again later, or give it up."""
    name, place = type(failure).__name__, letters.place_of(failure.__traceback__)
    log.error("An errand failed.", extra={"errand": errand, "why": name, "place": place})
    now, tries = timezone.now(), errands.failures(errand)
    if tries < len(FAILED_SECONDS):
        errands.put_off(errand, until=now + timedelta(seconds=FAILED_SECONDS[tries]), failed=True)
    else:
        errands.give_up(errand, name, place, at=now)


def bury(told: letters.Told) -> None:
    """Keep a failure. It is never hidden by another: where it cannot be kept, it is logged."""
    try:
        with transaction.atomic():
            letters.write(told, at=timezone.now())
    except DatabaseError:
        log.exception("A failed task could not be kept.", extra={"task": told.task})


def send(rows: Sequence[Errand]) -> bool:
    """Send word of errands that are committed. False where the broker is away: they are swept up later."""
    for row in rows:
        try:
            task = current_app.tasks[row.task]
            with tracing.continued(row.trace):
                task.apply_async(row.args, row.kwargs, task_id=errands.task_id(row), retry=False)
        except NotRegistered:
            errands.give_up(row.pk, NotRegistered.__name__, "", at=timezone.now())
        except (BrokerAway, OSError):
            log.warning("The broker is away; errands wait.")
            return False
    return True


def again(task: Any, *args: Any, after: float) -> None:
    """Have a task done with these arguments, after so many seconds. No broker is asked to keep it for so long."""
    now = timezone.now()
    errands.note([Wanted(task.name, args)], at=now, due=now + timedelta(seconds=after))


def sweep() -> int:
    """Queue again what should have been done by now; how many errands that were."""
    swept, until = 0, time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < until and (rows := errands.due(timezone.now())):
        swept += len(rows)
        if not send(rows):
            break
    return swept


def requeue(letter: DeadLetter, *, by: str) -> None:
    """Have a failed task done again, as an errand. `by` is who wants it, as in the audit log."""
    with transaction.atomic():
        kept = DeadLetter.objects.select_for_update().filter(pk=letter.pk).first()
        if kept is None:
            return
        rows = errands.note([Wanted(kept.task, kept.args, kept.kwargs)], at=timezone.now())
        _audit("task.requeue", kept, by)
        kept.delete()
    send(rows)


def discard(letter: DeadLetter, *, by: str) -> None:
    """Have a failed task done no more."""
    with transaction.atomic():
        kept = DeadLetter.objects.select_for_update().filter(pk=letter.pk).first()
        if kept is not None:
            _audit("task.discard", kept, by)
            kept.delete()


@signals.worker_ready.connect(dispatch_uid="gatehouse.ready")
def let_go_of_the_dead(sender: Any, **_: Any) -> None:
    """A worker that starts takes over from the one of its name that was killed, without waiting for claims to end."""
    try:
        errands.let_go(str(sender.hostname), at=timezone.now())
    except (DatabaseError, InterfaceError):
        log.warning("PostgreSQL is away; what this worker had when it was killed waits for its claim to end.")
    finally:
        connection.close()


@signals.task_unknown.connect(dispatch_uid="gatehouse.unknown")
def note_unknown(name: str, message: Any, **_: Any) -> None:
    """Keep a message for a task that this version does not have: a later one may."""
    _note_unread(name, message)


@signals.task_rejected.connect(dispatch_uid="gatehouse.rejected")
def note_rejected(message: Any, **_: Any) -> None:
    """Keep what is no task, or none that can be read."""
    _note_unread(str((message.headers or {}).get("task") or "unreadable"), message)


def _note_unread(name: str, message: Any) -> None:
    """In a worker's own process, which keeps no connection for its children to inherit."""
    args, kwargs = _arguments(message)
    try:
        bury(letters.Told(name, args, kwargs, NotRegistered.__name__, "", tries=1))
    finally:
        if not connection.in_atomic_block:
            connection.close()


def _arguments(message: Any) -> tuple[Sequence[Any], dict[str, Any]]:
    """Of a message in Celery's second protocol; whatever else it is has none that could be used."""
    try:
        args, kwargs, _ = message.payload
        return list(args), dict(kwargs)
    except Exception:  # noqa: BLE001 - whatever stands in a message that cannot be read is its sender's
        return ["withheld"], {}


def _audit(act: str, letter: DeadLetter, by: str) -> None:
    details = {"task": letter.task, "args": letter.args, "kwargs": letter.kwargs, "failure": letter.failure}
    audit.append(actor=by, act=act, subject=f"deadletter:{letter.pk}", details=details)


def _lost(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> int:
    """How often a task and its arguments came back from lost workers lately; 0 where Valkey cannot tell."""
    digest = hashlib.sha256(json.dumps([name, args, kwargs], sort_keys=True, default=str).encode()).hexdigest()
    key = f"gatehouse:lost:{digest}"
    try:
        counted, _ = valkey.ask(packed(("INCR", key)), packed(("EXPIRE", key, LOST_SECONDS)))
    except ValkeyAway:
        return 0
    return int(counted)
