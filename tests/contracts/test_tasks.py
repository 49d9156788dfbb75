"""Every task has a queue, and is called with ids and names alone."""

import inspect
from typing import get_type_hints

import pytest
from django.conf import settings

import verification.tasks  # noqa: F401 - with risk's and tiers', these are all tasks
from config import queues
from config.celery import app

PLAIN = {int, str, bool}
# May run for longer than Valkey waits before it brings a message again; a lock has the second do nothing.
WITH_LOCKS = {"risk.refresh_intel", "verification.detect_rings", "verification.keep_counters"}


def ours() -> list[str]:
    """The tasks that are not Celery's own."""
    app.loader.import_default_modules()
    return sorted(name for name in app.tasks if not name.startswith("celery."))


def test_every_task_has_one_queue_and_no_queue_a_task_that_is_not_there() -> None:
    routed = [task for line in queues.LINES for task in line.tasks]
    assert sorted(routed) == ours()


def test_every_queue_is_served_by_one_worker_of_make_run() -> None:
    served = [line for lines in queues.WORKERS.values() for line in lines]
    assert sorted(line.name for line in served) == sorted(line.name for line in queues.LINES)


def test_everything_that_beat_calls_for_is_a_task() -> None:
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(ours())


@pytest.mark.parametrize("name", ours())
def test_a_task_takes_ids_and_names_and_nothing_that_a_person_told(name: str) -> None:
    run = inspect.unwrap(app.tasks[name].run)
    hints = get_type_hints(run)
    assert all(hints[parameter] in PLAIN for parameter in inspect.signature(run).parameters)


@pytest.mark.parametrize("name", ours())
def test_a_task_is_acknowledged_once_it_is_done_and_goes_back_where_its_worker_is_lost(name: str) -> None:
    task = app.tasks[name]
    assert (task.acks_late, task.reject_on_worker_lost, task.acks_on_failure_or_timeout) == (True, True, True)


def test_no_worker_takes_more_than_it_does_and_what_is_brought_again_while_it_runs_is_done_one_at_a_time() -> None:
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
    patience = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert {name for name in ours() if (app.tasks[name].time_limit or 0) >= patience} == WITH_LOCKS


@pytest.mark.parametrize("name", ours())
def test_a_task_hears_of_its_limit_before_its_process_is_ended(name: str) -> None:
    task = app.tasks[name]
    limit = task.time_limit
    assert limit is not None
    assert task.soft_time_limit is not None
    assert 0 < task.soft_time_limit < limit
