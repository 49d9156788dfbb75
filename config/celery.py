"""The Celery application: `celery -A config worker`, `celery -A config beat`."""

import os
from typing import Any

from celery import Celery, signals
from django.conf import settings

from config.lib import metrics, tasklogs, tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("gatehouse", task_cls="config.lib.tasks:HouseTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
tasklogs.connect()


@signals.worker_init.connect(dispatch_uid="gatehouse.traces")
def trace(**_: Any) -> None:
    """In the process that the others are forked from, so that what records is read in once."""
    tracing.begin(settings.TRACES)


@signals.worker_ready.connect(dispatch_uid="gatehouse.metrics")
def show_metrics(**_: Any) -> None:
    """Once the processes that count are there: none of them has the port."""
    if settings.METRICS_PORT:
        metrics.serve(settings.METRICS_PORT, address=settings.METRICS_BIND)
