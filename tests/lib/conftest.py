"""What the tests of config.lib share: callers with keys, and clean counters."""

from collections.abc import Iterator

import pytest
import redis
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib import auth, ratelimit
from tests.lib.doors import NOTES

MIDDLEWARE = [
    "config.lib.http.RequestIdMiddleware",
    "config.lib.metrics.MetricsMiddleware",
    "config.lib.http.ApiHeadersMiddleware",
    "config.lib.http.NamesMiddleware",
]


@pytest.fixture(autouse=True)
def _a_door_of_its_own(request: pytest.FixtureRequest) -> None:
    """Tests that go through the doors begin with clean counts; the others need no server."""
    if request.node.get_closest_marker("urls"):
        request.getfixturevalue("fresh_doors")


@pytest.fixture
def fresh_doors(settings: Settings) -> Iterator[None]:
    """No test sees the counts, the keys or the notes of another, nor middleware that knows the console."""
    settings.MIDDLEWARE = MIDDLEWARE
    auth.forget_keys()
    NOTES.done, NOTES.seconds = 0, 0.0
    ratelimit.start_anew()
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        for key in valkey.scan_iter("gatehouse:limits*"):
            valkey.delete(key)
    yield
    auth.forget_keys()


def caller(token: str | None = None) -> APIClient:
    """A program that calls, with a key or without one."""
    client = APIClient(raise_request_exception=False)
    if token:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def secret_key(*scopes: str) -> str:
    """A new secret key."""
    return auth.create_key(kind="secret", scopes=scopes, application="shop", name="tests")


def publishable_key() -> str:
    """A new publishable key."""
    return auth.create_key(kind="publishable", scopes=["devices:write"], application="shop", name="tests")


@pytest.fixture
def shop(db: None) -> APIClient:
    """A product's backend."""
    return caller(secret_key("signups:write"))


@pytest.fixture
def page(db: None) -> APIClient:
    """The same product's page."""
    return caller(publishable_key())


@pytest.fixture
def stranger() -> APIClient:
    """Somebody without a key."""
    return caller()
