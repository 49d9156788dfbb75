"""Steps with webhooks that many tests take: an endpoint is made, something happens, time goes by."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from rest_framework.test import APIClient

from tests.cast import alice
from tests.conftest import post

ENDPOINTS = "/v1/webhook-endpoints"
CatchUp = Callable[[], int]


def made(caller: APIClient, url: str, **wanted: Any) -> dict[str, Any]:
    """A new endpoint, as it was answered."""
    answer = post(caller, ENDPOINTS, {"url": url, **wanted})
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def signed_up(caller: APIClient, name: str = "acct_alice") -> None:
    """Somebody for whom nothing is to be asked outside: one event, signup.decided."""
    answer = post(caller, "/v1/signups", alice(account_id=name, email=None, phone=None))
    assert answer.status_code == 201, answer.content


def reported(caller: APIClient, name: str = "acct_alice", *, reference: str) -> None:
    """Another event of the same account."""
    assert post(caller, f"/v1/accounts/{name}/reports", {"kind": "abuse", "reference": reference}).status_code == 201


def later(traveller: time_machine.Traveller, catch_up: CatchUp, by: timedelta) -> None:
    """Time goes by, and the worker catches up."""
    traveller.shift(by)
    catch_up()
