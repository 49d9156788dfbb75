"""Logs of Celery: the lines of LOGGING, each with its task, and with the request that caused it."""

import logging.config
from typing import Any, Final

import structlog
from celery import signals
from django.conf import settings

REQUEST_ID: Final = "request_id"
HEADER: Final = "gatehouse_request_id"


def connect() -> None:
    """Take Celery's logs over. Called once, where the application is made."""
    signals.setup_logging.connect(_use_our_logging, dispatch_uid="gatehouse.logging")
    signals.before_task_publish.connect(_send_request_id, dispatch_uid="gatehouse.publish")
    signals.task_prerun.connect(_bind, dispatch_uid="gatehouse.prerun")
    signals.task_postrun.connect(_unbind, dispatch_uid="gatehouse.postrun")


def _use_our_logging(**_: Any) -> None:
    logging.config.dictConfig(settings.LOGGING)


def _send_request_id(headers: dict[str, Any] | None = None, **_: Any) -> None:
    bound = structlog.contextvars.get_contextvars().get(REQUEST_ID)
    if headers is not None and bound:
        headers[HEADER] = bound


def _bind(task_id: str, task: Any, **_: Any) -> None:
    structlog.contextvars.bind_contextvars(task_id=task_id, task=task.name)
    if request_id := getattr(task.request, HEADER, None):
        structlog.contextvars.bind_contextvars(request_id=request_id)


def _unbind(task: Any, **_: Any) -> None:
    # A task that runs at once in its caller's process leaves the caller's own request bound.
    names = ["task_id", "task"] if task.request.is_eager else ["task_id", "task", REQUEST_ID]
    structlog.contextvars.unbind_contextvars(*names)
