"""Whatever the schema allows, and much that it does not, is answered as the schema says, and never by a 5xx."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.lib.auth import create_key
from config.wsgi import application
from tests.conftest import ALL_SCOPES

schema = schemathesis.openapi.from_wsgi("/v1/schema?format=json", application)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A request closes connections that stand in a transaction, as a test's does; Django's own client does so too."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that may wait for half a minute are answered at once, as where all waiting is taken."""
    monkeypatch.setattr(django_settings, "FEED_WAITERS", 0)


@pytest.fixture
def keys(db: None) -> dict[str, str]:
    """By address: the key that may call it."""
    return {
        "/v1/devices": create_key(kind="publishable", scopes=["devices:write"], application="shop", name="tests"),
        "": create_key(kind="secret", scopes=ALL_SCOPES, application="shop", name="tests"),
    }


@schema.parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_call_keeps_to_the_schema(case: schemathesis.Case[Any], keys: dict[str, str]) -> None:
    key = keys.get(case.path, keys[""])
    case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, checks=CHECKS)


def test_the_schema_is_3_1_and_names_every_call() -> None:
    raw: Any = schema.raw_schema
    assert raw["openapi"].startswith("3.1")
    assert {"/v1/signups", "/v1/devices", "/v1/accounts/{account_id}/tier"} <= set(raw["paths"])
