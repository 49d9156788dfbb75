"""A task's lines carry its name and id, and the request that caused it, wherever it runs."""

import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from celery import Celery, signals
from celery.contrib.testing.worker import start_worker

from config.lib import tasklogs

bound = structlog.contextvars.get_contextvars


@pytest.fixture
def app() -> Iterator[Celery]:
    structlog.contextvars.clear_contextvars()
    tasklogs.connect()
    application = Celery("tests", set_as_current=False)
    application.conf.task_always_eager = True
    yield application
    application.close()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def seen(app: Celery) -> tuple[Any, list[dict[str, Any]]]:
    lines: list[dict[str, Any]] = []

    @app.task(name="tests.note", shared=False)
    def note() -> None:
        lines.append(bound())

    return note, lines


def test_a_task_s_lines_carry_its_name_and_id_and_no_later_line_does(seen: tuple[Any, list[dict[str, Any]]]) -> None:
    note, lines = seen
    result = note.delay()
    assert lines == [{"task": "tests.note", "task_id": result.id}]
    assert bound() == {}


def test_a_task_that_runs_at_once_leaves_its_caller_s_request_bound(seen: tuple[Any, list[dict[str, Any]]]) -> None:
    note, lines = seen
    with structlog.contextvars.bound_contextvars(request_id="request-1"):
        note.delay()
        assert bound() == {"request_id": "request-1"}
    assert lines[0]["request_id"] == "request-1"


def test_the_request_goes_along_to_the_worker(app: Celery, seen: tuple[Any, list[dict[str, Any]]]) -> None:
    note, lines = seen
    app.conf.update(task_always_eager=False, broker_url="memory://", result_backend="cache+memory://")
    with start_worker(app, perform_ping_check=False, shutdown_timeout=30):
        with structlog.contextvars.bound_contextvars(request_id="request-1"):
            first = note.delay()
        second = note.delay()
        for result in (first, second):
            result.get(timeout=20)
    assert lines == [
        {"task": "tests.note", "task_id": first.id, "request_id": "request-1"},
        {"task": "tests.note", "task_id": second.id},
    ]


def test_the_worker_writes_the_lines_of_the_settings(app: Celery, monkeypatch: pytest.MonkeyPatch) -> None:
    configured: list[Any] = []
    monkeypatch.setattr(logging.config, "dictConfig", configured.append)
    signals.setup_logging.send(sender=None)
    (taken,) = configured
    assert taken["root"]["handlers"] == ["stream"]
