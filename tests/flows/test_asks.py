"""The policy says what each outcome asks for: no more is offered, and no more can be had."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from risk.policies.store import DEFAULT, publish, read
from tests.cast import alice
from tests.conftest import post

pytestmark = pytest.mark.django_db
RULES = [{"name": "everybody", "when": "mailbox.valid", "floor": "review"}]


def signed_up(shop: APIClient) -> Any:
    return post(shop, "/v1/signups", alice()).json()


def ask(shop: APIClient, signup: Any, kind: str) -> Any:
    return post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": kind})


def test_what_an_outcome_does_not_ask_for_is_neither_offered_nor_sent(shop: APIClient) -> None:
    publish({**read(DEFAULT), "rules": RULES, "asks": {"review": ["email", "document"]}})
    signup = signed_up(shop)
    assert signup["outcome"] == "review"
    assert "phone" not in str(signup["next_checks"])
    refused = ask(shop, signup, "phone")
    assert (refused.status_code, refused.json()["code"]) == (422, "check_unknown")
    assert ask(shop, signup, "email").status_code == 202


def test_under_another_outcome_everything_is_asked_for(shop: APIClient) -> None:
    publish({**read(DEFAULT), "asks": {"review": ["email", "document"]}})
    signup = signed_up(shop)
    assert "phone" in str(signup["next_checks"])
    assert ask(shop, signup, "email").status_code == 202
