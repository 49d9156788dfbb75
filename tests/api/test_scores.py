"""Scores and reasons are told to keys that may read them; to others an outcome is all that a call tells."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from config.lib.auth import create_key
from config.lib.models import ApiKey
from tests.cast import TRANSACTION, alice, bob
from tests.conftest import post

TELLING = {"score", "reasons", "weight", "multiplier"}


@pytest.fixture
def backend(client_of: Callable[..., APIClient]) -> APIClient:
    """A backend that passes its answers on to a page."""
    return client_of("signups:write", "signups:read")


def named(answer: Any) -> Iterator[tuple[str, Any]]:
    """Every name in an answer, however deep, with its value."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            yield name, value
            yield from named(value)
    for each in answer if isinstance(answer, list) else ():
        yield from named(each)


def told(answer: Any) -> dict[str, Any]:
    """What an answer tells of scores."""
    return {name: value for name, value in named(answer.json()) if name in TELLING and value not in (None, [])}


def walk(caller: APIClient, sent: dict[str, Any]) -> list[Any]:
    """Every call that is answered with how an account was judged."""
    made = post(caller, "/v1/signups", sent)
    signup = made.json()["id"]
    return [
        made,
        caller.get(f"/v1/signups/{signup}"),
        post(caller, f"/v1/signups/{signup}/checks", {"kind": "email"}),
        post(caller, f"/v1/signups/{signup}/checks/email/answers", {"code": "000001"}),
        caller.get(f"/v1/accounts/{sent['account_id']}"),
        caller.get(f"/v1/accounts/{sent['account_id']}/grants"),
    ]


def test_a_key_without_the_scope_is_told_the_outcome_and_nothing_finer(backend: APIClient, shop: APIClient) -> None:
    blurred, whole = walk(backend, bob()), walk(shop, bob(account_id="acct_other"))
    assert [answer.status_code for answer in blurred] == [answer.status_code for answer in whole]
    assert all(told(answer) for answer in whole if answer.status_code < 300)
    assert not [told(answer) for answer in blurred if told(answer)]
    assert blurred[0].json()["outcome"] == whole[0].json()["outcome"] != "allow"


def test_two_who_are_decided_alike_are_answered_alike(backend: APIClient) -> None:
    answers = [
        post(backend, "/v1/signups", alice(account_id=f"acct_{number}", accept_language=language)).json()
        for number, language in enumerate(("en-US,en;q=0.9", "en-GB,en;q=0.9"))
    ]
    own = ("id", "account_id", "created_at", "appeal_url")
    first, second = ({name: value for name, value in answer.items() if name not in own} for answer in answers)
    assert first == second


def test_minfraud_whose_answers_are_scores_needs_the_scope(backend: APIClient, shop: APIClient) -> None:
    refused = post(backend, "/minfraud/v2.0/score", TRANSACTION)
    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_REQUIRED")
    assert post(shop, "/minfraud/v2.0/score", TRANSACTION).json()["risk_score"] > 0


@pytest.mark.django_db
def test_keys_from_before_read_what_they_did() -> None:
    for scopes in (["signups:write"], ["tiers:read"]):
        create_key(kind="secret", scopes=scopes, application="shop", name="before")
    import_module("config.lib.migrations.0005_scores").give(apps, None)
    assert sorted(ApiKey.objects.values_list("scopes", flat=True), key=len) == [
        ["tiers:read"],
        ["scores:read", "signups:write"],
    ]
