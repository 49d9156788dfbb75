"""Codes to phones cost money: no message without a person, none to where codes are not entered."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from bench._sms_asking import Crowd
from bench._sms_traffic import Shape, attacked_from, traffic
from tests.cast import alice, bob
from tests.conftest import post, seen_by_page
from verification.models import Check, InboxMessage, Message
from verification.states import CheckStatus

CatchUp = Callable[[], int]
Read = Callable[[str], str]
SMALL = Shape(attack=400, pumped_prefixes=10, honest_a_day=120, honest_prefixes=60, days=2)


@pytest.fixture
def signup(shop: APIClient) -> dict[str, Any]:
    """Alice, signed up by a caller that has no page."""
    answered: dict[str, Any] = post(shop, "/v1/signups", alice()).json()
    return answered


def ask(shop: APIClient, signup: dict[str, Any], **body: str) -> Any:
    return post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "phone", **body})


def confirm_mailbox(shop: APIClient, signup: dict[str, Any], catch_up: CatchUp, code_for: Read) -> None:
    """Pass the check of the mailbox, so that a person is there."""
    post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "email"})
    catch_up()
    code = code_for("alice.archer@gmail.com")
    post(shop, f"/v1/signups/{signup['id']}/checks/email/answers", {"code": code})


def test_a_signup_that_shows_no_person_gets_no_message(shop: APIClient, signup: dict[str, Any]) -> None:
    refused = ask(shop, signup)
    assert refused.status_code == 409
    assert refused.json()["code"] == "check_needs_person"
    assert not Message.objects.exists()


def test_a_form_that_our_script_saw_typed_in_shows_a_person(shop: APIClient, page: APIClient) -> None:
    assert ask(shop, post(shop, "/v1/signups", seen_by_page(page)).json()).status_code == 202


def test_once_a_code_was_entered_the_message_counts_as_read(
    shop: APIClient, signup: dict[str, Any], catch_up: CatchUp, code_for: Read
) -> None:
    confirm_mailbox(shop, signup, catch_up, code_for)
    assert ask(shop, signup).status_code == 202
    message = Message.objects.get()
    assert (message.prefix, message.country, message.entered_at) == ("+14155", "US", None)
    catch_up()
    code = code_for("+14155552671")
    post(shop, f"/v1/signups/{signup['id']}/checks/phone/answers", {"code": code})
    message.refresh_from_db()
    assert message.entered_at is not None


def test_a_message_that_the_provider_refuses_counts_for_nothing(
    shop: APIClient, signup: dict[str, Any], catch_up: CatchUp, code_for: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm_mailbox(shop, signup, catch_up, code_for)
    monkeypatch.setattr("verification.providers.offline.UNDELIVERABLE", "+1415")  # as the real one refuses a number
    ask(shop, signup)
    catch_up()
    assert Check.objects.get(kind="phone").status == CheckStatus.UNDELIVERED
    assert not Message.objects.exists()


def test_an_account_held_back_by_risk_has_to_pass_something_first(shop: APIClient, page: APIClient) -> None:
    seen = {"device": bob()["device"], "form": alice()["form"], "bot": {"bot": True, "kind": "selenium"}}
    token = post(page, "/v1/devices", seen).json()["device_token"]
    body = {**bob(phone="+14155552671"), "device_token": token}
    del body["device"], body["form"]
    held = post(shop, "/v1/signups", body).json()
    assert held["outcome"] in {"review", "deny"}
    assert ask(shop, held).json()["code"] == "check_needs_person"


def test_countries_that_the_product_does_not_serve_get_no_message(
    shop: APIClient, signup: dict[str, Any], settings: Settings, catch_up: CatchUp, code_for: Read
) -> None:
    confirm_mailbox(shop, signup, catch_up, code_for)
    settings.PHONE_COUNTRIES = ["DE"]
    refused = ask(shop, signup)
    assert refused.status_code == 429
    assert refused.json()["code"] == "check_held"
    assert int(refused.headers["Retry-After"]) > 0


def test_a_code_by_voice_goes_by_voice(
    shop: APIClient, signup: dict[str, Any], catch_up: CatchUp, code_for: Read
) -> None:
    confirm_mailbox(shop, signup, catch_up, code_for)
    asked = ask(shop, signup, channel="voice").json()
    assert next(check for check in asked["checks"] if check["kind"] == "phone")["channel"] == "voice"
    catch_up()
    assert InboxMessage.objects.order_by("-pk")[0].channel == "voice"
    assert ask(shop, signup, channel="pigeon").json()["code"] == "check_channel_unknown"


@pytest.mark.django_db
def test_an_attack_gets_hardly_any_messages_and_honest_people_hardly_notice() -> None:
    """bench/sms_pumping.py measures the whole of it: 10,000 requests over 50 prefixes."""
    counts = Crowd().play(traffic(SMALL, seed=21), counted_from=attacked_from(SMALL))
    assert counts["attack sent"] <= 3 * SMALL.pumped_prefixes
    assert counts["attack held"] + counts["attack sent"] == SMALL.attack
    honest = counts["honest sent"] + counts["honest held"]
    assert honest > SMALL.honest_a_day / 2
    assert counts["honest held"] <= 0.02 * honest
