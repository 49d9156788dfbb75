"""The device token: single use, 120 seconds, bound to its key. Anything else is evidence, never an error."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.auth import create_key
from risk.devices import forget_unused
from risk.models import Sighting
from tests.cast import ALICE, alice
from tests.conftest import client_with, post

SEEN = {"device": ALICE["device"], "form": ALICE["form"], "bot": {"bot": False, "kind": None}, "took_ms": 180}


def token(page: APIClient, **changes: Any) -> str:
    answered = post(page, "/v1/devices", {**SEEN, **changes})
    assert answered.status_code == 201, answered.content
    assert answered.json()["expires_in"] == 120
    return str(answered.json()["device_token"])


def with_token(account_id: str, device_token: str) -> dict[str, Any]:
    body = alice(account_id=account_id, device_token=device_token)
    del body["device"], body["form"]
    return body


def codes(answered: Any) -> set[str]:
    assert answered.status_code == 201, answered.content
    return {reason["code"] for reason in answered.json()["reasons"]}


def test_a_fresh_token_brings_the_device_along_and_speaks_against_nobody(shop: APIClient, page: APIClient) -> None:
    assert not {code for code in codes(post(shop, "/v1/signups", with_token("a", token(page)))) if "token" in code}


def test_a_token_brought_again_is_replayed_and_challenged(shop: APIClient, page: APIClient) -> None:
    used = token(page)
    post(shop, "/v1/signups", with_token("a", used))
    second = post(shop, "/v1/signups", with_token("b", used))
    assert "device_token_replayed" in codes(second)
    assert second.json()["outcome"] != "allow"


def test_a_token_older_than_two_minutes_is_expired(shop: APIClient, page: APIClient) -> None:
    old = token(page)
    with time_machine.travel(timezone.now() + timedelta(seconds=121)):
        assert "device_token_expired" in codes(post(shop, "/v1/signups", with_token("a", old)))


def test_an_expired_token_whose_sighting_was_forgotten_is_still_no_forgery(shop: APIClient, page: APIClient) -> None:
    old = token(page)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert forget_unused(timezone.now()) == 1
        assert "device_token_expired" in codes(post(shop, "/v1/signups", with_token("a", old)))


@pytest.mark.parametrize("forged", ["gh_dt_AAAA", "x", "gh_dt_" + "A" * 200, "\x00", "gh_dt_é", "\ud800"])
def test_a_forged_token_is_evidence_and_no_error(shop: APIClient, forged: str) -> None:
    assert "device_token_forged" in codes(post(shop, "/v1/signups", with_token("a", forged)))


def test_a_token_changed_by_one_character_is_forged(shop: APIClient, page: APIClient) -> None:
    good = token(page)
    place = len(good) // 2
    bad = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
    assert "device_token_forged" in codes(post(shop, "/v1/signups", with_token("a", bad)))


def test_a_token_of_another_application_is_foreign_and_not_used_up(shop: APIClient, page: APIClient) -> None:
    scopes = ["signups:write", "scores:read"]
    other = client_with(create_key(kind="secret", scopes=scopes, application="other", name="tests"))
    good = token(page)
    assert "device_token_foreign" in codes(post(other, "/v1/signups", with_token("a", good)))
    assert not {code for code in codes(post(shop, "/v1/signups", with_token("b", good))) if "token" in code}


def test_no_token_at_all_is_unknown_and_no_fault(shop: APIClient) -> None:
    body = alice()
    del body["device"], body["form"]
    assert not {code for code in codes(post(shop, "/v1/signups", body)) if "token" in code}


def test_a_page_that_repeats_a_call_under_one_key_gets_the_same_token(page: APIClient) -> None:
    first, second = (post(page, "/v1/devices", SEEN, **{"Idempotency-Key": "load-7"}).json() for _ in range(2))
    assert first == second
    assert Sighting.objects.count() == 1


def test_what_the_page_saw_is_stored_encrypted(page: APIClient) -> None:
    token(page)
    assert Sighting.objects.get().report["device"]["visitor_id"] == ALICE["device"]["visitor_id"]


@pytest.mark.parametrize(
    "body",
    [{}, {"device": None}, {"device": []}, {"device": {"fonts": [1]}}, {"device": {}, "bot": "no"}, [], "x", None],
)
def test_a_page_that_sends_nonsense_is_told_what_is_wrong(page: APIClient, body: Any) -> None:
    answered = post(page, "/v1/devices", body)
    assert answered.status_code == 400, answered.content
    assert answered.json()["code"]


def test_a_secret_key_has_no_business_in_a_page(shop: APIClient) -> None:
    assert post(shop, "/v1/devices", SEEN).status_code == 403


def test_any_page_may_ask_whether_it_may_call(client: Any) -> None:
    answered = client.options("/v1/devices", HTTP_ORIGIN="https://shop.example")
    assert answered.status_code == 200
    assert answered.headers["Access-Control-Allow-Origin"] == "*"
