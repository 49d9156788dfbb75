"""What a browser says of itself in two places, and what the proxy in front saw of it, reach the decision."""

from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from risk.models import Assessment, PairSighting
from tests.cast import ALICE, alice, bob
from tests.conftest import client_with, post
from verification.tasks import learn_pairs

HINTS = {
    "brands": ["Chromium 148", "Google Chrome 148", "Not)A;Brand 99"],
    "mobile": False,
    "platform": "Windows",
    "platform_version": "15.0.0",
    "architecture": "x86",
    "bitness": "64",
    "model": "",
}
PYTHON = "t13d1812h1_85036bcba153_b26ce05bbdd6"
EDGE = {"ja4": PYTHON, "header_order": ["host", "user-agent", "accept-encoding", "accept", "connection"]}
THROUGH = {"X-Forwarded-For": "203.0.113.7", "X-Edge-JA4": PYTHON, "X-Edge-TCP-RTT": "20", "X-Edge-TLS-RTT": "190"}


def token(page: APIClient, *, headers: dict[str, str] | None = None, **changes: Any) -> str:
    body = {"device": ALICE["device"], "form": ALICE["form"], "bot": {"bot": False, "kind": None}, **changes}
    answered = post(page, "/v1/devices", body, **(headers or {}))
    assert answered.status_code == 201, answered.content
    assert answered.json()["warnings"] == []
    return str(answered.json()["device_token"])


def with_token(device_token: str) -> dict[str, Any]:
    return {name: value for name, value in alice(device_token=device_token).items() if name not in ("device", "form")}


def codes(answered: Any) -> set[str]:
    assert answered.status_code == 201, answered.content
    assert answered.json()["warnings"] == []
    return {code for reason in answered.json()["reasons"] if not (code := reason["code"]).startswith("cap_")}


def test_hints_that_agree_with_the_user_agent_speak_against_nobody(shop: APIClient, page: APIClient) -> None:
    assert not codes(post(shop, "/v1/signups", with_token(token(page, hints=HINTS))))
    stored = Assessment.objects.get()
    assert stored.facts["hints"]["brands"] == [["chromium", 148], ["google chrome", 148]]
    assert "hints_browser_mismatch" not in stored.unknown


def test_hints_of_another_browser_and_system_are_told_apart_from_the_page(shop: APIClient, page: APIClient) -> None:
    lying = {**HINTS, "brands": ["Chromium 120"], "platform": "Linux", "mobile": True}
    assert codes(post(shop, "/v1/signups", with_token(token(page, hints=lying)))) == {
        "hints_browser_mismatch_version",
        "hints_platform_mismatch",
        "hints_mobile_mismatch",
    }


def test_callers_that_collect_themselves_send_hints_with_the_device(shop: APIClient) -> None:
    body = alice(device={**ALICE["device"], "hints": {**HINTS, "platform": "Linux"}})
    assert codes(post(shop, "/v1/signups", body)) == {"hints_platform_mismatch"}


@pytest.mark.parametrize("hints", [None, {}, {"brands": None}, {"brands": [None, ""]}, {"platform": "\0"}])
def test_hints_that_say_nothing_are_unknown_and_no_error(shop: APIClient, page: APIClient, hints: Any) -> None:
    assert not codes(post(shop, "/v1/signups", with_token(token(page, hints=hints))))
    assert "hints_platform_mismatch" in Assessment.objects.get().unknown


@pytest.mark.parametrize("hints", ["x", {"brands": "x"}, {"brands": ["x"] * 17}, {"mobile": "maybe"}, {"platform": 3}])
def test_hints_of_the_wrong_form_name_the_field(page: APIClient, hints: Any) -> None:
    answered = post(page, "/v1/devices", {"device": ALICE["device"], "hints": hints})
    assert answered.status_code == 400
    assert all(error["field"].startswith("hints") for error in answered.json()["errors"])


def test_what_a_caller_saw_of_the_connection_is_judged(shop: APIClient) -> None:
    found = codes(post(shop, "/v1/signups", alice(edge={**EDGE, "tcp_rtt_ms": 20, "tls_rtt_ms": 190.5})))
    assert found >= {"edge_ja4_tool", "edge_ja4_mismatch_protocol", "edge_header_order_missing", "edge_proxy_gap"}


def test_a_person_whose_connection_nobody_saw_is_unknown_there(shop: APIClient) -> None:
    assert not codes(post(shop, "/v1/signups", alice()))
    unknown = Assessment.objects.get().unknown
    assert {"edge_ja4_tool", "edge_ja4_mismatch", "edge_header_order", "edge_proxy_gap", "edge_hello_rare"} <= set(
        unknown
    )


def test_what_the_proxy_saw_of_the_pages_call_comes_with_its_token(
    shop: APIClient, page: APIClient, settings: Settings
) -> None:
    settings.EDGE_HEADERS, settings.TRUSTED_PROXIES = True, 1
    found = codes(post(shop, "/v1/signups", with_token(token(page, headers=THROUGH))))
    assert found >= {"edge_ja4_tool", "edge_proxy_gap"}
    assert Assessment.objects.get().facts["edge"]["told_by"] == "proxy"


def test_a_page_cannot_tell_of_its_own_connection(shop: APIClient, page: APIClient) -> None:
    answered = post(page, "/v1/devices", {"device": ALICE["device"], "edge": EDGE}, **THROUGH)
    assert answered.json()["warnings"] == ["unknown field: edge"]
    assert not codes(post(shop, "/v1/signups", with_token(answered.json()["device_token"])))
    assert Assessment.objects.get().facts["edge"] is None


def test_an_ordinary_signup_is_learnt_from_and_one_that_is_held_is_not(shop: APIClient) -> None:
    post(shop, "/v1/signups", bob(device=ALICE["device"]))
    assert not PairSighting.objects.exists()
    post(shop, "/v1/signups", alice())
    assert PairSighting.objects.count() == 1
    assert learn_pairs() == 1
    assert learn_pairs() == 0


def test_a_signup_of_a_test_key_is_not_learnt_from(db: None) -> None:
    _, token_of_tests = issue(KeyOrder(KeyKind.SECRET, ("signups:write",), "shop", "tests", Mode.TEST))
    post(client_with(token_of_tests), "/v1/signups", alice())
    assert not PairSighting.objects.exists()
