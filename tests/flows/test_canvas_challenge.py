"""The canvas challenge over HTTP: asked for, answered once, judged, and told in the signup's reasons."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.auth import create_key
from risk.canvas_challenge import colours
from risk.models import Sighting
from tests.cast import ALICE, alice
from tests.conftest import client_with, post

SEEN = {"device": ALICE["device"], "bot": {"bot": False, "kind": None}, "took_ms": 180}


def ask(page: APIClient) -> dict[str, Any]:
    answered = post(page, "/v1/devices/challenge", None)
    assert answered.status_code == 201, answered.content
    given: dict[str, Any] = answered.json()
    return given


def drawing(given: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What an honest canvas makes of it."""
    shown = colours(bytes.fromhex(given["seed"]))
    return {"challenge": given["challenge"], "colours": shown, "noise": 0, "same": True, **changes}


def codes_with(shop: APIClient, page: APIClient, canvas: dict[str, Any] | None, account_id: str = "a") -> set[str]:
    """The reasons of a signup whose page drew this."""
    told = post(page, "/v1/devices", {**SEEN, "canvas": canvas})
    assert told.status_code == 201, told.content
    body = alice(account_id=account_id, device_token=told.json()["device_token"])
    del body["device"], body["form"]
    answered = post(shop, "/v1/signups", body)
    assert answered.status_code == 201, answered.content
    return {reason["code"] for reason in answered.json()["reasons"] if "canvas" in reason["code"]}


def test_an_honest_canvas_has_nothing_said_against_it(shop: APIClient, page: APIClient) -> None:
    assert codes_with(shop, page, drawing(ask(page))) == set()


def test_a_page_that_had_no_challenge_has_nothing_said_against_it(shop: APIClient, page: APIClient) -> None:
    assert codes_with(shop, page, None) == set()


def test_a_picture_of_another_seed_is_a_faked_canvas(shop: APIClient, page: APIClient) -> None:
    faked = drawing(ask(page), challenge=ask(page)["challenge"])
    assert codes_with(shop, page, faked) == {"device_canvas_failed"}


def test_a_blurred_canvas_is_said_to_be_blurred_and_weighs_next_to_nothing(shop: APIClient, page: APIClient) -> None:
    assert codes_with(shop, page, drawing(ask(page), noise=40, same=False)) == {"device_canvas_randomised"}


def test_a_drawing_is_good_for_one_sighting(shop: APIClient, page: APIClient) -> None:
    once = drawing(ask(page))
    assert codes_with(shop, page, once, "a") == set()
    assert codes_with(shop, page, once, "b") == {"device_canvas_stale"}
    assert Sighting.objects.count() == 2


def test_a_drawing_past_its_time_is_stale(shop: APIClient, page: APIClient) -> None:
    old = drawing(ask(page))
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert codes_with(shop, page, old) == {"device_canvas_stale"}


def test_a_challenge_of_another_application_is_stale(shop: APIClient, page: APIClient) -> None:
    other = client_with(create_key(kind="publishable", scopes=["devices:write"], application="other", name="tests"))
    assert codes_with(shop, page, drawing(ask(other))) == {"device_canvas_stale"}


@pytest.mark.parametrize("forged", ["", "gh_dc_", "gh_dc_AAAA", "\ud800", "\x00", "x" * 256])
def test_a_forged_challenge_is_evidence_and_no_error(shop: APIClient, page: APIClient, forged: str) -> None:
    assert codes_with(shop, page, drawing(ask(page), challenge=forged)) == {"device_canvas_stale"}


def test_any_page_with_a_key_may_ask_and_no_one_keeps_the_answer(client: Any, page: APIClient) -> None:
    answered = client.options("/v1/devices/challenge", HTTP_ORIGIN="https://shop.example")
    assert (answered.status_code, answered.headers["Access-Control-Allow-Origin"]) == (200, "*")
    given = post(page, "/v1/devices/challenge", None)
    assert given.headers["Cache-Control"] == "no-store"
    assert given.headers["Access-Control-Allow-Origin"] == "*"
    assert post(client_with("gh_pk_test_nobody"), "/v1/devices/challenge", None).status_code == 401
    assert Sighting.objects.count() == 0
