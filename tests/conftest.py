"""What every test can ask for: callers with their keys, and a worker that catches up."""

import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from config.celery import app as celery_app
from config.lib import auth, metering, metrics, peppers, tasks
from config.lib.auth import create_key
from config.lib.database import database
from config.lib.models import Errand
from risk import counters, easings
from risk import gather as gathering
from risk.lookups import listed
from risk.policies import store
from risk.rings import arrivals, keeping
from tests.cast import alice
from tests.nginx import MISSING as NGINX_MISSING
from tests.rabbitmq import MISSING as RABBITMQ_MISSING
from tests.receiver import Receiver, receiver
from tests.stripe_peer import SECRET_KEY, WEBHOOK_SECRET, StripePeer, serving_stripe
from tiers import budgets, copies, keys, ledger, shared
from verification.console import passkeys
from verification.models import InboxMessage
from verification.providers import callback_reader, guard, report_source, session_provider
from verification.tasks import relay_events

# LightGBM's wheel needs the system's OpenMP library, and nothing else here does.
OPENMP = find_library("gomp") is not None
NEED_OPENMP = ["bench/test_baf.py", "bench/test_detection.py", "bench/test_detection_rows.py"]
collect_ignore = [] if OPENMP else [*NEED_OPENMP, "risk/learning/test_boosted.py"]


def pytest_configure() -> None:
    """Where everything has to be tried, nothing may be missing."""
    if not OPENMP and os.environ.get("GATEHOUSE_REQUIRE_OPENMP") == "1":
        raise pytest.UsageError("libgomp is missing: apt-get install libgomp1")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was passed over is said aloud: a green run without it proves less."""
    if NGINX_MISSING:
        terminalreporter.write_line(f"WARNING: no gateway was tried, {NGINX_MISSING}", yellow=True, bold=True)
    if RABBITMQ_MISSING:
        terminalreporter.write_line(f"WARNING: no RabbitMQ was tried, {RABBITMQ_MISSING}", yellow=True, bold=True)
    if not OPENMP:
        why = "libgomp is missing: apt-get install libgomp1"
        terminalreporter.write_line(f"WARNING: the learning of trees was not tried, {why}", yellow=True, bold=True)


MOST_TRIES = 20  # of one errand
ALL_SCOPES = [
    *("signups:write", "signups:read", "scores:read", "signups:import", "tiers:read", "accounts:write", "tiers:tokens"),
    *("lists:read", "lists:write", "tiers:write", "webhooks:read", "webhooks:write", "budgets:write"),
    "indicators:read",
]


@pytest.fixture(autouse=True)
def fresh_policy() -> Iterator[None]:
    """No test sees the policy that another published, or the thresholds that it eased."""
    store.forget()
    listed.forget()
    easings.forget()
    arrivals.forget()
    yield
    store.forget()
    listed.forget()
    easings.forget()
    arrivals.forget()


@pytest.fixture(autouse=True)
def patient_gathering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts are there on a busy machine too. Tests of the deadline set their own."""
    monkeypatch.setattr(gathering, "DEADLINE_SECONDS", 60.0)


@pytest.fixture(autouse=True)
def fresh_peppers() -> Iterator[None]:
    """No test spells hashes as another does."""
    peppers.forget()
    yield
    peppers.forget()


@pytest.fixture(autouse=True)
def fresh_breakers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test is left alone by a party that failed in another."""
    monkeypatch.setattr(guard, "NAMESPACE", f"test-{uuid.uuid4()}")
    guard.breaker_of.cache_clear()
    yield
    guard.breaker_of.cache_clear()


@pytest.fixture(autouse=True)
def fresh_counters(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test counts who came in another: what Valkey holds is not rolled back."""
    monkeypatch.setattr(counters, "NAMESPACE", f"test-{uuid.uuid4()}:")
    counters.start_anew()
    yield
    counters.start_anew()


@pytest.fixture(autouse=True)
def fresh_census(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No round of a test starts from the census of another's accounts, nor of one that runs beside it."""
    monkeypatch.setattr(keeping, "PLACE", f"rings-{uuid.uuid4()}")
    yield
    shutil.rmtree(keeping.folder(), ignore_errors=True)


@pytest.fixture(autouse=True)
def fresh_readings() -> None:
    """No test is told at /metrics what was read in another."""
    metrics.start_anew()


@pytest.fixture(autouse=True)
def fresh_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test counts who tried to sign in at the console in another."""
    monkeypatch.setattr(passkeys, "TRIES", f"test-{uuid.uuid4()} ")


@pytest.fixture(autouse=True)
def fresh_tier_keys() -> Iterator[None]:
    """No test signs with the key of another."""
    keys.forget()
    yield
    keys.forget()


@pytest.fixture(autouse=True)
def fresh_lookups(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test is told a tier that an account of the same name had in another."""
    monkeypatch.setattr(shared, "NAMESPACE", f"test-{uuid.uuid4()}:")
    monkeypatch.setattr(ledger, "NAMESPACE", f"test-{uuid.uuid4()}:")
    for part in (copies, budgets, metering, ledger.valkey, shared.valkey):
        part.start_anew()
    auth.forget_keys()
    database.away_until = 0.0
    yield
    copies.start_anew()


@pytest.fixture
def stripe() -> Iterator[StripePeer]:
    """Stripe, on this machine: its documented answers."""
    with serving_stripe() as peer:
        yield peer


@pytest.fixture
def with_stripe(stripe: StripePeer, settings: Settings) -> Iterator[StripePeer]:
    """An install whose cards and documents are looked at by Stripe."""
    settings.PROVIDERS = {**settings.PROVIDERS, "payment": "stripe", "document": "stripe"}
    settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = stripe.address, SECRET_KEY
    settings.STRIPE_PUBLISHABLE_KEY, settings.STRIPE_WEBHOOK_SECRET = "pk_test_gatehouse", WEBHOOK_SECRET
    made_once = (session_provider, callback_reader, report_source)
    for made in made_once:
        made.cache_clear()
    yield stripe
    for made in made_once:
        made.cache_clear()


def client_with(key: str) -> APIClient:
    """A caller that sends a key with every call."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


@pytest.fixture
def shop(db: None) -> APIClient:
    """A product's backend, with a secret key."""
    return client_with(create_key(kind="secret", scopes=ALL_SCOPES, application="shop", name="tests"))


@pytest.fixture
def client_of(db: None) -> Callable[..., APIClient]:
    """A caller whose key has these scopes only."""
    return lambda *scopes: client_with(create_key(kind="secret", scopes=list(scopes), application="shop", name="tests"))


@pytest.fixture
def page(db: None) -> APIClient:
    """The same product's page, with a publishable key."""
    return client_with(create_key(kind="publishable", scopes=["devices:write"], application="shop", name="tests"))


@pytest.fixture
def nora(db: None) -> User:
    """An analyst."""
    user: User = get_user_model().objects.create_superuser("nora", password="correct horse battery")
    return user


@pytest.fixture
def catch_up() -> Iterator[Callable[[], int]]:
    """The worker catches up: events are relayed and their tasks run, here and now, without the pauses between tries.

    Celery's mark of being inside a task is one for the process: two threads that run tasks can leave it set.
    """
    celery_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield _relay_and_sweep
    celery_app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture
def relay(catch_up: Callable[[], int]) -> Callable[[], int]:
    """The worker gets what is due now, and no more: pauses are pauses."""
    del catch_up
    return _relay


def _relay() -> int:
    return int(relay_events.apply().get(disable_sync_subtasks=False))


def _relay_and_sweep() -> int:
    relayed = _relay()
    for _ in range(MOST_TRIES):
        if not Errand.objects.filter(claimed_until=None, failures=0).update(due_at=timezone.now()):
            return relayed
        tasks.sweep()
    raise AssertionError("errands go on and on")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that goes on, and can be moved; no list of networks is too old for a later test because it was moved."""
    with time_machine.travel(timezone.now(), tick=True) as traveller:
        yield traveller
    gathering.network_data.look_again()


@pytest.fixture
def hooked(settings: Settings) -> Iterator[Receiver]:
    """A receiver of webhooks on this machine, where endpoints may be there."""
    settings.WEBHOOKS = replace(settings.WEBHOOKS, loopback=True, timeout_seconds=2)
    with receiver() as running:
        yield running


@pytest.fixture
def code_for() -> Callable[[str], str]:
    """The code in the latest message to somebody, as read in the development inbox."""

    def read(to: str) -> str:
        messages = [row.message for row in InboxMessage.objects.order_by("-at", "-pk")]
        return str(next(message["code"] for message in messages if message["to"] == to))

    return read


def post(client: APIClient, path: str, body: Any, **headers: str) -> Any:
    """Post JSON, as every caller does; in ASCII, so that what is no character can be sent too."""
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def seen_by_page(page: APIClient) -> dict[str, Any]:
    """What Alice's signup sends where our own script saw her type: a person is there."""
    seen = {"device": alice()["device"], "form": alice()["form"], "bot": {"bot": False, "kind": None}}
    body = {**alice(), "device_token": post(page, "/v1/devices", seen).json()["device_token"]}
    del body["device"], body["form"]
    return body
