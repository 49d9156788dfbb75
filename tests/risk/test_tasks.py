"""What beat has done for risk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from config.celery import app
from config.lib.locks import FileLock
from risk.intel.refresh import LOCK
from risk.intel.sources import folder_of
from risk.tasks import refresh_intel
from tests.risk.intel.web import Web, serving

EXITS = "\n".join(f"185.220.101.{number}" for number in range(1, 201))


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


def test_the_task_does_what_is_due_and_waits_for_nobody(tmp_path: Path, web: Web) -> None:
    places = {"tor": web.page("/exits", EXITS)}
    with override_settings(GATEHOUSE_HOME=tmp_path, NETWORK_DATA=places):
        refresh_intel()
        refresh_intel()
        lock = FileLock(folder_of(tmp_path) / LOCK)
        lock.take()
        refresh_intel()
        lock.drop()
    assert len(web.asked) == 1


def test_beat_and_worker_know_the_task() -> None:
    app.loader.import_default_modules()
    assert "risk.refresh_intel" in app.tasks
    assert "risk.refresh_intel" in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
