"""Velocities through the front door: exact among many at once, right after Valkey was emptied, safe without it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, create_key, issue
from risk import counters
from risk import gather as gathering
from risk.counters import client_of
from risk.models import Assessment
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from tiers.models import Account
from verification.tasks import keep_counters

AT_ONCE = 64
DEVICE = "device_accounts_1d"


def person(number: int) -> dict[str, Any]:
    """Another account on Alice's device."""
    return alice(account_id=f"acct_{number}", email=f"person{number}@example.org", phone=f"+1415555{number:04}")


def counted(name: str = DEVICE) -> list[int]:
    """What the signups so far were told of a velocity, lowest first."""
    return sorted(row.facts["velocity"][name] for row in Assessment.objects.all())


def empty_valkey() -> None:
    """As far as this test goes: others count in it at the same time."""
    client = client_of(django_settings.REDIS_URL)
    for key in client.scan_iter(match=f"{counters.NAMESPACE}*"):
        client.delete(key)
    client.connection_pool.disconnect()


def all_at_once(key: str, numbers: range) -> list[int]:
    """Signups by callers in threads of their own, each with a connection of its own: the statuses of their answers."""

    def alone(number: int) -> int:
        try:
            status: int = post(client_with(key), "/v1/signups", person(number)).status_code
        finally:
            connection.close()
        return status

    with ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(alone, numbers))


@pytest.fixture
def key(transactional_db: None) -> str:
    """A secret key that every thread's caller sends."""
    return create_key(kind="secret", scopes=ALL_SCOPES, application="shop", name="tests")


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """All callers share this process, its one lock and a busy machine: nobody is to be given up on for that."""
    monkeypatch.setattr(gathering, "DEADLINE_SECONDS", 60.0)
    patient = {django_settings.REDIS_URL: client_of(django_settings.REDIS_URL, timeout=30.0)}
    monkeypatch.setattr(counters._valkey, "clients", patient)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("kept", ["rebuilt", "never"])
@pytest.mark.django_db(transaction=True)
def test_sixty_four_signups_at_once_with_one_device_are_counted_from_none_to_sixty_three(key: str, kept: str) -> None:
    assert kept == "never" or keep_counters() == kept
    assert all_at_once(key, range(AT_ONCE)) == [201] * AT_ONCE
    assert counted() == list(range(AT_ONCE))


@pytest.mark.usefixtures("unhurried")
@pytest.mark.django_db(transaction=True)
def test_counts_are_right_again_after_valkey_was_emptied_in_the_midst(key: str) -> None:
    keep_counters()
    all_at_once(key, range(10))
    empty_valkey()
    all_at_once(key, range(10, 20))
    # Each saw all ten that were stored, and those who came before it to the emptied Valkey or into PostgreSQL.
    assert counted()[10:][0] == 10
    assert keep_counters() == "rebuilt"
    with CaptureQueriesContext(connection) as queries:
        post(client_with(key), "/v1/signups", person(20))
    assert not [query for query in queries if "velocity.most" in query["sql"]], "Valkey answers again"
    assert counted()[-1] == 20
    all_at_once(key, range(21, 31))
    assert counted()[-11:] == list(range(20, 31))


@pytest.mark.django_db
def test_without_valkey_people_sign_up_and_are_counted_by_postgresql(shop: APIClient, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    for number in range(4):
        assert post(shop, "/v1/signups", person(number)).status_code == 201
    assert counted() == [0, 1, 2, 3]


@pytest.mark.django_db
def test_a_signup_that_is_refused_leaves_no_count_behind(shop: APIClient) -> None:
    """Else who repeats an account_id could make a stranger's phone look as if many had it."""
    keep_counters()
    for number in range(3):
        post(shop, "/v1/signups", alice(account_id=f"acct_{number}", email=f"p{number}@example.org"))
    for number in range(3):
        other = alice(account_id=f"acct_{number}", phone="+14155550199", email="mallory@example.org")
        other["device"] = {**other["device"], "visitor_id": "another"}
        assert post(shop, "/v1/signups", other).status_code == 409
    victim = alice(account_id="acct_victim", phone="+14155550199", email="victim@example.org")
    post(shop, "/v1/signups", victim)
    facts = Assessment.objects.order_by("-pk")[0].facts["velocity"]
    assert facts["phone_accounts_30d"] == 0
    assert facts["device_accounts_30d"] == 3


@pytest.mark.django_db
def test_what_a_test_key_shows_is_counted_nowhere(shop: APIClient) -> None:
    _, token = issue(KeyOrder(KeyKind.SECRET, tuple(ALL_SCOPES), "shop", "tests", Mode.TEST))
    post(client_with(token), "/v1/signups", person(1))
    assert Account.objects.get().test
    post(shop, "/v1/signups", person(2))
    assert counted()[-1] == 0


@pytest.mark.django_db
def test_mailboxes_named_later_are_counted_like_those_of_a_signup(shop: APIClient) -> None:
    keep_counters()
    for number in range(3):
        signup = post(shop, "/v1/signups", alice(account_id=f"acct_{number}", email=None)).json()
        asked = post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "email", "to": "mallory@example.org"})
        assert asked.status_code == 202, asked.content
    last = Assessment.objects.order_by("-pk")[0].facts["velocity"]
    assert last["mailbox_accounts_30d"] == 2


@pytest.mark.django_db
def test_who_comes_too_late_to_be_counted_for_counts_for_others(
    shop: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as late:
        late.setattr(gathering, "DEADLINE_SECONDS", -1.0)
        post(shop, "/v1/signups", person(1))
    assert Assessment.objects.get().facts["missing"]["velocity"] == "deadline"
    keep_counters()
    post(shop, "/v1/signups", person(2))
    assert Assessment.objects.order_by("-pk")[0].facts["velocity"][DEVICE] == 1
