"""A caller keeps mailboxes and phones to itself: hashes link and are listed, and what cannot be seen is unknown."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from risk.findings import Family
from risk.list_entries import Wanted, add
from risk.models import Assessment
from risk.signals import SIGNALS
from tests.cast import alice
from tests.conftest import post
from tests.flows.test_lists import a_list, policy
from verification.models import Signup

EMAIL = hashlib.sha256(b"alice.archer@gmail.com").hexdigest()
PHONE = hashlib.sha256(b"+14155552671").hexdigest()


def hashed(**changes: Any) -> dict[str, Any]:
    """Alice, of whom the caller tells neither mailbox nor phone."""
    return {**alice(email=None, phone=None), "email_hash": EMAIL, "phone_hash": PHONE, **changes}


def test_what_cannot_be_seen_is_unknown_and_never_clear(shop: APIClient) -> None:
    assert post(shop, "/v1/signups", hashed()).status_code == 201
    assessment = Assessment.objects.get()
    looks = {s.name for s in SIGNALS if s.family in {Family.MAILBOX, Family.PHONE}}
    assert looks <= set(assessment.unknown)
    assert assessment.facts["mailbox"] is None
    assert assessment.facts["phone"] is None
    assert not {line["family"] for line in assessment.reasons} & {"mailbox", "phone"}


@pytest.mark.parametrize("spelt", [EMAIL, EMAIL.upper()])
def test_the_same_hash_is_the_same_mailbox(shop: APIClient, spelt: str) -> None:
    for number in range(3):
        post(shop, "/v1/signups", hashed(account_id=f"acct_{number}", email_hash=spelt))
    counted = Assessment.objects.latest("pk").facts["velocity"]
    assert counted["mailbox_accounts_30d"] == counted["phone_accounts_30d"] == 2
    assert "phone_10_accounts_30d" not in counted  # who stands near a number cannot be told


def test_a_hash_is_not_taken_for_the_value(shop: APIClient) -> None:
    post(shop, "/v1/signups", alice())
    post(shop, "/v1/signups", hashed(account_id="acct_2"))
    assert Assessment.objects.latest("pk").facts["velocity"]["mailbox_accounts_30d"] == 0


def test_a_list_can_have_a_hash_on_it(shop: APIClient) -> None:
    policy(a_list("emails", "deny"))
    add([Wanted("known", EMAIL.upper(), "seen before")], author="nora")
    assert post(shop, "/v1/signups", hashed()).json()["outcome"] == "deny"
    other = hashed(account_id="acct_2", email_hash="0" * 64)
    assert post(shop, "/v1/signups", other).json()["outcome"] != "deny"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"email_hash": "a" * 32}, 201),
        ({"email_hash": "a" * 40}, 201),
        ({"email_hash": "a" * 63}, 400),
        ({"email_hash": "alice@gmail.com"}, 400),
        ({"phone_hash": 7}, 400),
        ({"email": "alice@gmail.com"}, 400),
        ({"phone": "+14155552671"}, 400),
    ],
)
def test_only_a_hash_is_taken_for_one_and_never_beside_its_value(
    shop: APIClient, changes: dict[str, Any], status: int
) -> None:
    assert post(shop, "/v1/signups", hashed(**changes)).status_code == status


def test_a_code_needs_the_mailbox_itself(
    shop: APIClient, catch_up: Callable[[], int], code_for: Callable[[str], str]
) -> None:
    signup = post(shop, "/v1/signups", hashed()).json()["id"]
    refused = post(shop, f"/v1/signups/{signup}/checks", {"kind": "email"})
    assert (refused.status_code, refused.json()["code"]) == (422, "check_impossible")
    asked = post(shop, f"/v1/signups/{signup}/checks", {"kind": "email", "to": "alice.archer@gmail.com"})
    assert asked.status_code == 202
    catch_up()
    code = {"code": code_for("alice.archer@gmail.com")}
    assert post(shop, f"/v1/signups/{signup}/checks/email/answers", code).status_code == 200


def test_the_console_says_that_it_was_a_hash(shop: APIClient, client: Client, nora: User) -> None:
    post(shop, "/v1/signups", hashed())
    client.force_login(nora)
    page = client.get(reverse("admin:verification_signup_change", args=[Signup.objects.get().pk])).content.decode()
    assert "given as a hash" in page
    assert EMAIL not in page
