"""/healthz says that the process is up, whatever is away; /readyz says what is, within little more than a second."""

import socket
import threading
import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from config.lib import health

pytestmark = [pytest.mark.urls("tests.lib.doors"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _no_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_probes", {})
    monkeypatch.setattr(health, "_running", {})


def ready(client: Client) -> tuple[int, str, dict[str, Any]]:
    response = client.get("/readyz")
    assert "no-cache" in response.headers["Cache-Control"]
    return response.status_code, response.json()["status"], response.json()["dependencies"]


def away() -> str:
    raise ConnectionRefusedError("user alice at host secret-db")


def test_the_process_is_up_though_everything_is_away(client: Client) -> None:
    health.register_probe("database", away, essential=True)
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_all_well_is_ok(client: Client) -> None:
    health.register_probe("one", lambda: "seven days old", essential=True)
    health.register_probe("two", lambda: None, essential=False)
    status, word, found = ready(client)
    assert (status, word) == (200, "ok")
    assert (found["one"]["ok"], found["one"]["detail"], found["one"]["essential"]) == (True, "seven days old", True)
    assert (found["two"]["detail"], found["two"]["essential"]) == ("ok", False)
    assert 0 <= found["one"]["ms"] < 1000


@pytest.mark.parametrize(("needed", "status", "word"), [("always", 503, "unavailable"), ("mostly", 200, "degraded")])
def test_what_is_away_is_named_and_weighed(client: Client, needed: str, status: int, word: str) -> None:
    health.register_probe("well", lambda: None, essential=True)
    health.register_probe("ill", away, essential=needed == "always")
    told = ready(client)
    assert told[:2] == (status, word)
    assert (told[2]["ill"]["ok"], told[2]["well"]["ok"]) == (False, True)


def test_what_a_probe_raised_is_told_by_its_class_alone(client: Client) -> None:
    health.register_probe("ill", away, essential=False)
    response = client.get("/readyz")
    assert response.json()["dependencies"]["ill"]["detail"] == "ConnectionRefusedError"
    assert b"secret-db" not in response.content


def test_probes_that_hang_are_waited_for_together_and_started_once(client: Client) -> None:
    started, over = [], threading.Event()

    def hang() -> None:
        started.append(1)
        over.wait(10)

    for name in ("a", "b", "c"):
        health.register_probe(name, hang, essential=False)
    begun = time.monotonic()
    for _ in range(2):
        status, word, found = ready(client)
        assert (status, word, found["a"]["detail"]) == (200, "degraded", "no answer within 1 s")
    assert time.monotonic() - begun < 2.8
    assert len(started) == 3
    over.set()


def test_a_probe_can_be_taken_back(client: Client) -> None:
    health.register_probe("ill", away, essential=True)
    health.forget_probe("ill")
    assert ready(client) == (200, "ok", {})


def test_the_real_servers_are_found_well(client: Client) -> None:
    health.register_probe("database", health.database_probe, essential=True)
    health.register_probe("valkey", health.valkey_probe(settings.REDIS_URL), essential=True)
    health.register_probe("broker", health.broker_probe(settings.CELERY_BROKER_URL), essential=True)
    status, word, found = ready(client)
    assert (status, word) == (200, "ok"), found


def test_servers_that_are_away_are_found_so(client: Client) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    health.register_probe("valkey", health.valkey_probe(f"redis://127.0.0.1:{port}/0"), essential=False)
    health.register_probe("broker", health.broker_probe(f"amqp://guest:guest@127.0.0.1:{port}//"), essential=False)
    begun = time.monotonic()
    _, word, found = ready(client)
    assert word == "degraded"
    assert not found["valkey"]["ok"]
    assert not found["broker"]["ok"]
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_machines_that_reach_a_process_by_its_number_are_answered_and_people_are_not(
    client: Client, settings: Settings, path: str
) -> None:
    """A container's own check, a load balancer and Prometheus know no name of it."""
    settings.ALLOWED_HOSTS = ["gatehouse.example.com"]
    assert client.get(path, headers={"Host": "172.18.0.5:8000"}).status_code == 200
    assert client.get("/elsewhere", headers={"Host": "172.18.0.5:8000"}).status_code == 400
