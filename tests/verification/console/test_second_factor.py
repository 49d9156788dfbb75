"""Signing in: a second factor, codes for later, and who guesses is locked out."""

import re
import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from config.lib.models import AuditEntry
from tests.verification.console.desk import LIST, PASSWORD, desk_of, text, user_of
from verification.console.second_factor import CODES

PAGE = "/console/second-factor/"


def sign_in(name: str, password: str = PASSWORD, address: str = "198.51.100.7") -> tuple[Client, Any]:
    client = Client(REMOTE_ADDR=address)
    return client, client.post(reverse("admin:login"), {"username": name, "password": password})


def code_of(user: User) -> str:
    """What the app shows; each works once, so the next period's is taken, which is in tolerance."""
    device = TOTPDevice.objects.get(user=user)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = max(time.time(), (device.last_t + 1) * device.step + device.t0)
    return f"{totp.token():06d}"


def enrol(client: Client, user: User) -> list[str]:
    """Take a second factor up, and the codes for later."""
    client.get(PAGE)
    return re.findall(r"<li><code>([^<]+)</code>", text(client.post(PAGE, {"token": code_of(user)})))


@pytest.fixture
def required(settings: Settings) -> None:
    settings.CONSOLE_SECOND_FACTOR = "required"


def test_where_it_is_required_nobody_sees_anything_without_one(nora: User, required: None) -> None:
    desk = desk_of(nora)
    for address in ("/console/", LIST, "/console/verification/frictiontally/trends/signups.csv"):
        assert desk.get(address)["Location"].startswith(PAGE)
    assert desk.post(f"{LIST}1/word/", {"act": "deny"})["Location"].startswith(PAGE)
    seen = text(desk.get(PAGE))
    assert "<svg" in seen
    assert not re.findall(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", seen)
    assert len(enrol(desk, nora)) == CODES
    assert desk.get("/console/").status_code == 200
    acts = list(AuditEntry.objects.order_by("seq").values_list("act", flat=True))
    assert acts == ["user.second_factor", "user.codes"]


def test_who_has_one_shows_it_at_each_sign_in_though_it_is_only_offered(nora: User) -> None:
    desk = desk_of(nora)
    assert desk.get("/console/").status_code == 200
    codes = enrol(desk, nora)
    client, _ = sign_in("nora")
    assert client.get("/console/")["Location"].startswith(PAGE)
    assert "is not right" in text(client.post(PAGE, {"token": "000000"}))
    assert client.get("/console/").status_code == 302
    for device in (TOTPDevice, StaticDevice):
        device.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    answer = client.post(f"{PAGE}?next={LIST}", {"token": codes[0]})
    assert answer["Location"] == LIST
    assert client.get(LIST).status_code == 200
    again, _ = sign_in("nora")
    again.post(PAGE, {"token": codes[0]})
    assert again.get("/console/").status_code == 302  # each code works once


def test_nobody_is_led_to_another_site(nora: User) -> None:
    codes = enrol(desk_of(nora), nora)
    client, _ = sign_in("nora")
    assert client.post(f"{PAGE}?next=https://evil.example/", {"token": codes[0]})["Location"] == "/console/"


def test_a_lost_second_factor_is_taken_away_by_command(nora: User, required: None) -> None:
    enrol(desk_of(nora), nora)
    call_command("reset_second_factor", "nora")
    assert not TOTPDevice.objects.exists()
    assert AuditEntry.objects.latest("seq").act == "user.second_factor_reset"
    with pytest.raises(CommandError, match="no user"):
        call_command("reset_second_factor", "nobody")


def test_who_guesses_a_password_is_locked_out_and_nobody_else_is(nora: User) -> None:
    user_of("nina", "Analyst")
    for _ in range(5):
        _, answer = sign_in("nora", "guess")
    assert answer.status_code == 429
    assert "Wait a little" in text(answer)
    assert sign_in("nora")[1].status_code == 429
    assert sign_in("nora", address="203.0.113.9")[1].status_code == 302
    assert sign_in("nina")[1].status_code == 302


def test_who_is_not_signed_in_is_led_to_the_sign_in(client: Client, required: None, db: None) -> None:
    assert client.get(PAGE)["Location"].startswith(reverse("admin:login"))
    assert client.get(reverse("admin:login")).status_code == 200
