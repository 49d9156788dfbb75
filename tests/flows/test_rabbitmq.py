"""On RabbitMQ's quorum queues all goes as on Valkey: codes go out, and what a killed worker had is done by the next."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
import requests
from django.conf import settings as django_settings
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from config import queues
from config.lib.auth import create_key
from config.lib.models import DeadLetter, Errand
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from tests.granian import ROOT, database_of_this_test
from tests.lib.test_metrics import free_port
from tests.rabbitmq import Rabbit, rabbitmq, require_rabbitmq
from tests.receiver import Receiver, Reply, receiver
from verification.models import Event, InboxMessage
from verification.webhook_models import WebhookDelivery
from verification.webhooks import endpoints
from verification.webhooks.endpoints import Wanted

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

LONGEST = 60.0
WORKER = ("worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "ERROR")


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def rabbit() -> Iterator[Rabbit]:
    require_rabbitmq()
    with rabbitmq() as running:
        yield running


class Crew:
    """A beat and workers on one RabbitMQ."""

    def __init__(self, rabbit: Rabbit, stack: ExitStack) -> None:
        self.rabbit, self.stack = rabbit, stack
        self.folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="gh-metrics-"))
        self.port = free_port()

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        own = {"DATABASE_URL": database_of_this_test(), "BROKER_URL": self.rabbit.url, "RELAY_SECONDS": "0.5"}
        own |= {"REDIS_URL": django_settings.REDIS_URL, "WEBHOOK_LOOPBACK": "on"}
        own |= {"PROMETHEUS_MULTIPROC_DIR": self.folder, "METRICS_PORT": str(self.port)}
        command = [sys.executable, "-W", "ignore:You're running the worker with superuser", "-m", "celery", "--quiet"]
        process = subprocess.Popen(
            [*command, "--app", "config", *arguments], cwd=ROOT, env={**os.environ, **own}, start_new_session=True
        )
        self.stack.callback(end, process)
        return process

    def shows(self) -> str:
        """What the worker tells Prometheus."""
        return requests.get(f"http://127.0.0.1:{self.port}/metrics", timeout=5).text


def end(process: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait(10)


@pytest.fixture
def crew(rabbit: Rabbit) -> Iterator[Crew]:
    with ExitStack() as stack:
        yield Crew(rabbit, stack)


@pytest.fixture
def hanging(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOKS = replace(settings.WEBHOOKS, loopback=True)
    with receiver() as running:
        yield running


def test_codes_go_out_and_what_a_killed_worker_had_is_done_by_the_next(crew: Crew, hanging: Receiver) -> None:
    shop = client_with(create_key(kind="secret", scopes=ALL_SCOPES, application="shop", name="tests"))
    endpoints.create(Wanted(hanging.url), by="command", at=timezone.now())
    worker = crew.start(*WORKER)
    crew.start("beat", "--pidfile", "", "--loglevel", "ERROR")
    _a_code_goes_out(shop)
    assert 'gatehouse_task_seconds_count{result="done",task="verification.send_code"} 1.0' in crew.shows()
    kinds = crew.rabbit.kinds()
    assert {kinds[line.name] for line in queues.LINES} == {"quorum"}
    _a_worker_is_killed_while_it_sends(crew, hanging, shop, worker)
    assert (Errand.objects.count(), DeadLetter.objects.count()) == (0, 0)


def _a_code_goes_out(shop: APIClient) -> None:
    signup = post(shop, "/v1/signups", alice()).json()
    assert post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "email"}).status_code == 202
    until(lambda: InboxMessage.objects.count() == 1)
    until(lambda: not Errand.objects.exists())
    time.sleep(2)
    assert InboxMessage.objects.count() == 1


def _a_worker_is_killed_while_it_sends(
    crew: Crew, hanging: Receiver, shop: APIClient, worker: "subprocess.Popen[bytes]"
) -> None:
    until(lambda: not WebhookDelivery.objects.filter(status="waiting").exists())
    before = len(hanging.got)
    over = threading.Event()
    hanging.decide = lambda _: Reply(until=over)
    post(shop, "/v1/signups", alice(account_id="acct_second", email="second@gmail.com", phone=None))
    until(lambda: len(hanging.got) > before)
    end(worker)
    over.set()
    hanging.decide = lambda _: Reply()
    crew.start(*WORKER)
    until(lambda: not Event.objects.filter(relayed_at=None).exists())
    until(lambda: not WebhookDelivery.objects.filter(status="waiting").exists())
    until(lambda: not Errand.objects.exists())
