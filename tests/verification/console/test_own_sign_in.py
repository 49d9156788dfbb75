"""The page of how one signs in: one's own alone, and changed by who showed who they are lately."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from config.lib.models import AuditEntry
from tests.verification.console.desk import PASSWORD, text, user_of
from tests.verification.console.passkeys import ORIGIN, RP_ID, add, authenticator, show
from tests.verification.console.test_second_factor import code_of
from verification.signin_models import ConsolePasskey

PAGE = "/console/sign-in/"


@pytest.fixture(autouse=True)
def console(settings: Settings) -> None:
    settings.CONSOLE_PASSKEY_RP_ID, settings.CONSOLE_PASSKEY_ORIGINS = RP_ID, [ORIGIN]
    settings.CONSOLE_SECOND_FACTOR = "offered"


@pytest.fixture
def client(nora: User) -> Client:
    """Nora's browser, signed in by her password."""
    client = Client()
    client.post(reverse("admin:login"), {"username": "nora", "password": PASSWORD})
    return client


def test_a_person_adds_passkeys_sees_their_use_and_removes_them(client: Client) -> None:
    laptop, phone = authenticator(), authenticator()
    assert "Codes for later" in text(add(client, laptop, "laptop"))  # with the first one
    assert add(client, phone, "phone").status_code == 302
    show(Client(), phone)
    page = text(client.get(PAGE))
    assert re.search(r"laptop</th><td>[^<]+</td><td>never", page)
    assert re.search(r"phone</th><td>[^<]+</td><td>20", page)
    gone = ConsolePasskey.objects.get(name="phone")
    assert client.post(PAGE, {"act": "remove", "passkey": gone.pk})["Location"] == PAGE
    assert "/login/" in show(Client(), phone)["Location"]
    acts = list(AuditEntry.objects.order_by("seq").values_list("act", flat=True))
    assert acts.count("user.passkey_add") == 2
    assert acts.count("user.passkey_remove") == 1
    shown = text(client.get(PAGE))
    assert "user.passkey_remove" in shown
    assert "user.sign_in" in shown


def test_nobody_removes_what_is_anothers(client: Client) -> None:
    add(client, authenticator())
    user_of("nina", "Analyst")
    nina = Client()
    nina.post(reverse("admin:login"), {"username": "nina", "password": PASSWORD})
    assert "no such passkey" in text(nina.post(PAGE, {"act": "remove", "passkey": ConsolePasskey.objects.get().pk}))
    assert ConsolePasskey.objects.count() == 1


def test_the_last_second_factor_stays_where_one_is_required(client: Client, settings: Settings) -> None:
    add(client, authenticator())
    body = {"act": "remove", "passkey": ConsolePasskey.objects.get().pk}
    settings.CONSOLE_SECOND_FACTOR = "required"
    assert "add another first" in text(client.post(PAGE, body))
    settings.CONSOLE_SECOND_FACTOR = "offered"
    assert client.post(PAGE, body).status_code == 302
    assert not StaticToken.objects.exists()  # codes stand in for a second factor: without one they go


def test_an_app_is_set_up_beside_a_passkey_and_removed(client: Client, nora: User) -> None:
    add(client, authenticator())
    assert "<svg" in text(client.post(PAGE, {"act": "app"}))
    done = text(client.post(PAGE, {"act": "app", "token": code_of(nora)}))
    assert "Codes for later" in done
    assert client.post(PAGE, {"act": "remove_app"}).status_code == 302
    assert not TOTPDevice.objects.filter(confirmed=True).exists()
    assert AuditEntry.objects.filter(act="user.second_factor_remove").count() == 1


def test_new_codes_take_the_place_of_the_old_ones(client: Client) -> None:
    before = set(re.findall(r"<li><code>([^<]+)", text(add(client, authenticator()))))
    after = set(re.findall(r"<li><code>([^<]+)", text(client.post(PAGE, {"act": "codes"}))))
    assert len(before) == len(after) == StaticToken.objects.count()
    assert not before & after


def test_the_page_needs_a_sign_in(db: None) -> None:
    assert "/login/" in Client().get(PAGE)["Location"]
    assert "/login/" in Client().post(PAGE, {"act": "codes"})["Location"]
