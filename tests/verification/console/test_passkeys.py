"""Passkeys at the console: made once, shown in place of a password or beside it, refused where anything is wrong."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from config.lib import audit
from config.lib.models import AuditEntry
from tests.authenticator import PRESENT, Authenticator
from tests.verification.console.desk import PASSWORD, text, user_of
from tests.verification.console.passkeys import ORIGIN, RP_ID, add, authenticator, options, show
from verification.console_passkeys import LIFE, MOST
from verification.signin_models import ConsolePasskey, PasskeyChallenge

SECOND = "/console/second-factor/"


@pytest.fixture(autouse=True)
def console(settings: Settings) -> None:
    """The console has a name that passkeys can belong to, and wants a second factor."""
    settings.CONSOLE_PASSKEY_RP_ID, settings.CONSOLE_PASSKEY_ORIGINS = RP_ID, [ORIGIN]
    settings.CONSOLE_SECOND_FACTOR = "required"


def by_password(name: str) -> Client:
    client = Client()
    assert client.post(reverse("admin:login"), {"username": name, "password": PASSWORD}).status_code == 302
    return client


def take_up(client: Client, key: Authenticator, name: str = "laptop") -> Any:
    """Make a first passkey, on the page that asks for a second factor."""
    made = json.dumps(key.create(options(client, makes=True).json()["create"]))
    return client.post(SECOND, {"name": name, "credential": made})


@pytest.fixture
def key(nora: User) -> Authenticator:
    """Nora's laptop, with a passkey that she made at her first sign-in."""
    key = authenticator()
    assert "Codes for later" in text(take_up(by_password("nora"), key))
    return key


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("act", flat=True))


def test_a_passkey_is_password_and_second_factor_at_once(key: Authenticator) -> None:
    client = Client()
    assert show(client, key)["Location"] == "/console/"
    assert client.get("/console/").status_code == 200
    passkey = ConsolePasskey.objects.get()
    assert (passkey.sign_count, passkey.last_used_at is not None) == (1, True)
    assert acts()[-1] == "user.sign_in"
    entry = AuditEntry.objects.latest("seq")
    assert (entry.actor, entry.details["by"]) == (f"user:{passkey.user_id}", "passkey")
    assert audit.verify() == []


def test_a_passkey_is_a_second_factor_beside_the_password(key: Authenticator) -> None:
    client = by_password("nora")
    assert client.get("/console/")["Location"].startswith(SECOND)
    page = text(client.get(SECOND))
    assert "data-passkey" in page
    asked = options(client).json()["get"]
    assert [each["id"] for each in asked["allowCredentials"]] == [key.create({"challenge": "AA"})["id"]]
    key.handle = None
    assert client.post(SECOND, {"credential": json.dumps(key.get(asked))})["Location"] == "/console/"
    assert client.get("/console/").status_code == 200
    assert acts()[-2:] == ["user.sign_in", "user.second_factor_shown"]


def test_who_is_led_to_a_page_comes_to_it_and_never_to_another_site(key: Authenticator) -> None:
    queue = "/console/verification/case/"
    for wanted, to in ((queue, queue), ("//evil.example/", "/console/")):
        client = Client()
        answer = json.dumps(key.get(options(client).json()["get"]))
        assert client.post(f"/console/passkey/?next={wanted}", {"credential": answer})["Location"] == to


def test_a_challenge_is_answered_once_in_time_and_by_the_browser_that_it_was_given_to(key: Authenticator) -> None:
    client, other = Client(), Client()
    answer = {"credential": json.dumps(key.get(options(client).json()["get"]))}
    assert "/login/" in other.post("/console/passkey/", answer)["Location"]
    assert client.post("/console/passkey/", answer)["Location"] == "/console/"
    client.post(reverse("admin:logout"))
    assert "/login/" in client.post("/console/passkey/", answer)["Location"]
    late = {"credential": json.dumps(key.get(options(client).json()["get"]))}
    with time_machine.travel(timezone.now() + LIFE, tick=False):
        assert "/login/" in client.post("/console/passkey/", late)["Location"]
        options(client)
        assert PasskeyChallenge.objects.count() == 1  # those that nobody answered are gone


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://www.example.com"},
        {"rp_id": "example.com"},
        {"flags": PRESENT},  # nobody unlocked it
        {"handle": "AAAAAAAAAAA"},
        {"handle": None},
        {"key": Authenticator().key},
    ],
    ids=["another origin", "another site", "not unlocked", "another person", "nobody", "another key"],
)
def test_what_is_wrong_about_an_answer_lets_nobody_in(key: Authenticator, changed: dict[str, Any]) -> None:
    client = Client()
    for name, value in changed.items():
        setattr(key, name, value)
    assert "/login/" in show(client, key)["Location"]
    assert client.get("/console/").status_code == 302
    assert acts()[-1] == "user.sign_in_failed"


def test_a_copy_of_an_authenticator_is_found_by_its_count_refused_and_audited(key: Authenticator) -> None:
    assert show(Client(), key)["Location"] == "/console/"
    key.count -= 1  # the copy was made before, and counts for itself
    client = Client()
    assert "/login/" in show(client, key)["Location"]
    assert client.get("/console/").status_code == 302
    copied = AuditEntry.objects.get(act="user.passkey_copied")
    assert (copied.subject, copied.actor) == (f"user:{ConsolePasskey.objects.get().user_id}", "stranger")
    forged = authenticator(credential=key.credential, handle=key.handle)  # the same id, and no key
    show(Client(), forged)
    assert AuditEntry.objects.filter(act="user.passkey_copied").count() == 1


def test_wrong_passkeys_lock_a_name_out_as_wrong_passwords_do(key: Authenticator) -> None:
    client, wrong = Client(), authenticator(credential=key.credential, handle=key.handle)
    statuses = [show(client, wrong).status_code for _ in range(5)]
    assert statuses == [302, 302, 302, 302, 429]
    assert show(Client(), key).status_code == 429
    assert Client().post(reverse("admin:login"), {"username": "nora", "password": PASSWORD}).status_code == 429
    assert acts().count("user.locked_out") == 1
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert show(elsewhere, key)["Location"] == "/console/"


def test_passkeys_that_nobody_has_are_counted_together(db: None) -> None:
    statuses = [show(Client(), authenticator()).status_code for _ in range(6)]
    assert statuses[-2:] == [429, 429]
    assert set(AuditEntry.objects.values_list("subject", flat=True)) == {"passkey:unknown"}


def test_whatever_is_sent_in_place_of_an_answer_is_wrong_and_no_error(key: Authenticator) -> None:
    for odd in ("", "null", "[]", "{}", '{"id": 7}', '{"id": "\\ud800"}', "[" * 5_000, '{"id": "AA", "response": 3}'):
        client = Client(REMOTE_ADDR=f"198.51.100.{len(odd) % 250}")
        options(client)
        assert client.post("/console/passkey/", {"credential": odd}).status_code in {302, 429}, odd[:20]


def test_who_may_no_longer_sign_in_does_not_by_passkey(key: Authenticator, nora: User) -> None:
    User.objects.filter(pk=nora.pk).update(is_active=False)
    assert "/login/" in show(Client(), key)["Location"]
    User.objects.filter(pk=nora.pk).update(is_active=True, is_staff=False)
    assert "/login/" in show(Client(), key)["Location"]


def test_nobody_adds_a_passkey_without_having_signed_in_lately_with_all_that_they_have(key: Authenticator) -> None:
    assert options(Client(), makes=True).status_code == 403
    half = by_password("nora")  # with the second factor still to show
    assert options(half, makes=True).status_code == 403
    client = Client()
    show(client, key)
    assert options(client, makes=True).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert options(client, makes=True).status_code == 403
        answer = client.post(reverse("own-sign-in"), {"act": "codes"})
        assert "/login/" in answer["Location"]  # asked anew
        assert "/login/" in client.get("/console/")["Location"]


def test_a_passkey_made_for_one_person_is_not_anothers(key: Authenticator) -> None:
    user_of("nina", "Analyst")
    nina = by_password("nina")
    assert "known already" in text(take_up(nina, key))
    assert ConsolePasskey.objects.get().user.username == "nora"


def test_somebody_has_as_many_passkeys_as_one_may_have(key: Authenticator) -> None:
    client = Client()
    show(client, key)
    for number in range(MOST - 1):
        assert add(client, authenticator(), f"key {number}").status_code == 302
    assert "as many as one may have" in text(add(client, authenticator(), "one more"))
    assert "Give the passkey a name" in text(add(client, authenticator(), "  "))


def test_without_a_name_of_its_own_the_console_has_no_passkeys(settings: Settings, nora: User) -> None:
    settings.CONSOLE_PASSKEY_RP_ID = ""
    client = by_password("nora")
    assert options(client).status_code == 404
    assert "data-passkey" not in text(Client().get(reverse("admin:login")))
    assert "data-passkey" not in text(client.get(SECOND))


def test_one_network_cannot_try_for_ever(settings: Settings, db: None) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "anonymous": "3/minute"}
    client = Client()
    statuses = [
        client.post(reverse("admin:login"), {"username": f"name{number}", "password": "x"}).status_code
        for number in range(4)
    ]
    assert statuses == [200, 200, 200, 429]
    assert options(Client()).status_code == 429
    assert client.post("/console/passkey/", {"credential": "{}"}).status_code == 429
