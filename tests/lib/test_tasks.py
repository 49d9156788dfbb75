"""Errands are done once, wait for servers that are away, are tried again where they fail, and end as dead letters."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import time_machine
from celery import signals, states
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.utils import timezone

from config.celery import app
from config.lib import audit, errands, letters, tasks
from config.lib.errands import Claimant, Turn, Wanted
from config.lib.models import AuditEntry, DeadLetter, Errand

pytestmark = pytest.mark.django_db

NAME = "tests.work"
ANNE = Claimant("interactive@anne", 60)
Work = Callable[..., Any]


class Refused(Exception):
    """An answer, no failure."""


@pytest.fixture
def work() -> Iterator[SimpleNamespace]:
    """A task that does what a test tells it, run here and now."""
    told = SimpleNamespace(calls=[], does=lambda: None, task=None)

    @app.task(name=NAME, shared=False, throws=(Refused,))
    def run(number: int, name: str = "a") -> None:
        told.calls.append((number, name))
        told.does()

    told.task = run
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield told
    app.conf.update(task_always_eager=False, task_eager_propagates=False)
    app.tasks.pop(NAME)


def raising(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def made(number: int = 1) -> Errand:
    (errand,) = errands.note([Wanted(NAME, (number,))], at=timezone.now())
    return errand


def perform(errand: Errand) -> None:
    """A worker gets word of it; what it raises is for Celery's log."""
    try:
        tasks.send([errand])
    except (KeyError, Refused, OperationalError):
        return


def outage() -> OperationalError:
    """What Django raises where PostgreSQL went away."""
    error = OperationalError("server closed the connection")
    error.__cause__ = psycopg.errors.AdminShutdown("")
    return error


def test_an_errand_is_done_and_crossed_out(work: SimpleNamespace) -> None:
    perform(made(7))
    assert (work.calls, Errand.objects.count()) == ([(7, "a")], 0)


def test_word_that_comes_twice_does_it_once(work: SimpleNamespace) -> None:
    errand = made()
    perform(errand)
    perform(errand)
    assert len(work.calls) == 1


def test_two_workers_given_the_same_errand_do_it_once(work: SimpleNamespace) -> None:
    errand = made()
    work.does = lambda: perform(errand)
    perform(errand)
    assert len(work.calls) == 1


def test_what_a_lost_worker_had_is_done_by_who_gets_it_again() -> None:
    errand, now = made(), timezone.now()
    assert errands.claim(errand.pk, ANNE, at=now) is Turn.DO
    assert errands.claim(errand.pk, ANNE, at=now) is Turn.LEAVE
    assert errands.claim(errand.pk, replace(ANNE, redelivered=True), at=now) is Turn.DO
    assert errands.claim(errand.pk, ANNE, at=now + timedelta(seconds=61)) is Turn.DO


def test_a_worker_that_starts_has_done_again_what_the_killed_one_of_its_name_had(work: SimpleNamespace) -> None:
    errand, other, now = made(1), made(2), timezone.now()
    errands.claim(errand.pk, ANNE, at=now)
    errands.claim(other.pk, replace(ANNE, worker="interactive@bert"), at=now)
    assert tasks.sweep() == 0
    assert errands.let_go(ANNE.worker, at=now) == 1
    assert tasks.sweep() == 1
    assert work.calls == [(1, "a")]


def test_what_killed_three_workers_is_given_up(work: SimpleNamespace, clock: time_machine.Traveller) -> None:
    errand = made()
    for _ in range(errands.STARTS_MOST):
        assert errands.claim(errand.pk, ANNE, at=timezone.now()) is Turn.DO
        clock.shift(61)
    perform(errand)
    assert (work.calls, Errand.objects.count()) == ([], 0)
    letter = DeadLetter.objects.get()
    assert (letter.task, letter.args, letter.failure, letter.tries) == (NAME, [1], "WorkerLostError", 4)


def test_a_server_that_is_away_costs_no_try(work: SimpleNamespace, clock: time_machine.Traveller) -> None:
    work.does = raising(outage())
    perform(made())
    for _ in range(20):
        clock.shift(errands.AGAIN_MOST.total_seconds())
        assert tasks.sweep() == 1
    assert len(work.calls) == 21
    work.does = lambda: None
    clock.shift(errands.AGAIN_MOST.total_seconds())
    tasks.sweep()
    assert (len(work.calls), Errand.objects.count(), DeadLetter.objects.count()) == (22, 0, 0)


def test_a_query_that_takes_too_long_is_a_failure_and_no_outage() -> None:
    slow = OperationalError("canceling statement due to statement timeout")
    slow.__cause__ = psycopg.errors.QueryCanceled("")
    assert not tasks.is_outage(slow)
    full = OperationalError("could not extend file")
    full.__cause__ = psycopg.errors.DiskFull("")
    assert tasks.is_outage(full)
    assert tasks.is_outage(outage())


def test_what_fails_is_tried_again_later_each_time_and_then_a_dead_letter(
    work: SimpleNamespace, clock: time_machine.Traveller
) -> None:
    work.does = raising(KeyError("alice@example.com"))
    perform(made())
    for pause in tasks.FAILED_SECONDS:
        assert errands.due(timezone.now()) == []
        clock.shift(pause + 1)
        with pytest.raises(KeyError):
            tasks.sweep()
    assert len(work.calls) == 1 + len(tasks.FAILED_SECONDS)
    assert Errand.objects.count() == 0
    letter = DeadLetter.objects.get()
    assert (letter.failure, letter.tries, letter.times) == ("KeyError", 4, 1)
    assert letter.place.startswith("tests/lib/test_tasks.py:")
    assert "alice" not in str(DeadLetter.objects.values())


def test_an_answer_that_a_task_expects_is_no_failure(work: SimpleNamespace) -> None:
    work.does = raising(Refused())
    perform(made())
    assert (Errand.objects.count(), DeadLetter.objects.count()) == (0, 0)


def test_a_pause_is_spent_in_the_database(work: SimpleNamespace, clock: time_machine.Traveller) -> None:
    tasks.again(work.task, 2, after=3600)
    assert (work.calls, tasks.sweep()) == ([], 0)
    clock.shift(3601)
    assert (tasks.sweep(), work.calls) == (1, [(2, "a")])


def test_a_sweep_that_meets_no_answer_comes_back_later_each_time(clock: time_machine.Traveller) -> None:
    made()
    pauses = []
    for _ in range(12):
        before = timezone.now()
        while not errands.due(timezone.now()):
            clock.shift(5)
        pauses.append((timezone.now() - before).total_seconds())
    assert all(later > earlier - 6 for earlier, later in pairwise(pauses))
    assert pauses[0] <= errands.AGAIN.total_seconds() + 6
    assert pauses[-1] <= errands.AGAIN_MOST.total_seconds() + 30


def test_a_task_that_is_no_errand_and_fails_is_one_letter_however_often(work: SimpleNamespace) -> None:
    work.does = raising(KeyError("name"))
    for _ in range(3):
        with pytest.raises(KeyError):
            work.task.apply(args=(5,))
    letter = DeadLetter.objects.get()
    assert (letter.args, letter.times) == ([5], 3)


def test_a_periodic_task_that_meets_an_outage_is_left_to_the_next(work: SimpleNamespace) -> None:
    work.does = raising(outage())
    assert work.task.apply(args=(5,)).state == states.IGNORED
    assert DeadLetter.objects.count() == 0


def test_what_a_person_told_is_withheld_from_a_letter() -> None:
    letters.write(letters.Told("t", ["alice@example.com"], {}, "KeyError", "", tries=1), at=timezone.now())
    letters.write(letters.Told("t", [1], {"name": "Alice Archer"}, "KeyError", "", tries=1), at=timezone.now())
    letter = DeadLetter.objects.get()
    assert (letter.args, letter.kwargs, letter.times) == (["withheld"], {}, 2)


def test_a_message_for_a_task_of_a_later_version_is_kept_until_that_is_there(work: SimpleNamespace) -> None:
    message = SimpleNamespace(headers={"task": NAME}, payload=[[3], {"name": "b"}, {}])
    signals.task_unknown.send(sender=None, name=NAME, id="x", message=message, exc=KeyError())
    letter = DeadLetter.objects.get()
    assert letter.failure == "NotRegistered"
    tasks.requeue(letter, by="user:1")
    assert work.calls == [(3, "b")]


def test_a_message_that_cannot_be_read_is_counted() -> None:
    class Unreadable:
        headers = None

        @property
        def payload(self) -> Any:
            raise ValueError("alice@example.com")

    signals.task_rejected.send(sender=None, message=Unreadable(), exc=None)
    letter = DeadLetter.objects.get()
    assert (letter.task, letter.args) == ("unreadable", ["withheld"])


def test_the_command_lists_requeues_and_discards_and_the_audit_log_tells(
    work: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2, 3):
        letters.write(letters.Told(NAME, [number], {}, "KeyError", "a.py:1", tries=4), at=timezone.now())
    first, second, third = DeadLetter.objects.order_by("pk")
    call_command("dead_letters")
    assert capsys.readouterr().out.count("KeyError a.py:1") == 3
    call_command("dead_letters", "--requeue", str(first.pk), str(second.pk))
    assert work.calls == [(1, "a"), (2, "a")]
    call_command("dead_letters", "--discard", "all")
    assert DeadLetter.objects.count() == 0
    with pytest.raises(CommandError, match=str(third.pk)):
        call_command("dead_letters", "--requeue", str(third.pk))
    acts = list(AuditEntry.objects.order_by("seq").values_list("act", flat=True))
    assert acts == ["task.requeue", "task.requeue", "task.discard"]
    assert audit.verify() == []


def test_an_errand_that_could_not_be_let_go_in_an_outage_is_let_go_by_the_next_task(
    work: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    work.does = raising(outage())
    with monkeypatch.context() as away:
        away.setattr(errands, "put_off", lambda *_, **__: (_ for _ in ()).throw(OperationalError("away")))
        away.setattr(connection, "close", lambda: None)
        perform(made(1))
    work.does = lambda: None
    perform(made(2))
    clock.shift(tasks.OUTAGE_SECONDS + 1)
    assert tasks.sweep() == 1
    assert work.calls == [(1, "a"), (2, "a"), (1, "a")]
