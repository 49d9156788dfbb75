"""Who may call: a whole, living key with the right scope, and nobody else."""

import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from config.lib import auth
from config.lib.auth import SCOPES, KeyKind, KeyOrder, Mode
from config.lib.models import ApiKey
from tests.lib.conftest import caller, publishable_key, secret_key

pytestmark = [pytest.mark.urls("tests.lib.doors"), pytest.mark.django_db]


def write(client: APIClient) -> Any:
    return client.post("/v1/notes", {"text": "hello"}, format="json")


def told(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def the_key(token: str) -> ApiKey:
    return ApiKey.objects.get(public_id=token.split("_")[3])


def test_a_key_shows_its_kind_and_mode_and_has_256_random_bits() -> None:
    token = secret_key("signups:write")
    prefix, kind, mode, public_id, secret = token.split("_")
    assert (prefix, kind, mode, len(public_id), len(secret)) == ("gh", "sk", "live", 12, 43)
    assert publishable_key().startswith("gh_pk_live_")
    _, trial = auth.issue(KeyOrder(KeyKind.SECRET, (), "shop", "", Mode.TEST))
    assert trial.startswith("gh_sk_test_")


def test_the_key_itself_is_kept_nowhere() -> None:
    token = secret_key("signups:write")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(lib_apikey)::text FROM lib_apikey")
        (row,) = cursor.fetchone()
    assert token.split("_")[3] in row
    assert token.split("_")[4] not in row


def test_a_key_with_the_scope_gets_in(shop: APIClient) -> None:
    assert write(shop).status_code == 201


def test_a_call_without_a_key_is_told_so(stranger: APIClient) -> None:
    response = write(stranger)
    assert told(response) == (401, "api_key_missing")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="gatehouse"'


@pytest.mark.parametrize(
    "credentials",
    ["Bearer ", "Bearer x", "bearer gh_sk_live_aaaaaaaaaaaa_" + "A" * 43, "Bearer gh_sk_live_\ud800", "Bearer \x00"],
)
def test_a_key_that_is_none_is_refused(stranger: APIClient, credentials: str) -> None:
    stranger.credentials(HTTP_AUTHORIZATION=credentials)
    response = write(stranger)
    assert told(response) == (401, "api_key_invalid")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_a_key_with_one_character_changed_is_refused() -> None:
    token = secret_key("signups:write")
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert told(write(caller(changed))) == (401, "api_key_invalid")


def test_the_scope_that_is_missing_is_named() -> None:
    response = write(caller(secret_key("tiers:read")))
    assert told(response) == (403, "scope_missing")
    assert response.json()["scope"] == "signups:write"
    assert 'error="insufficient_scope"' in response.headers["WWW-Authenticate"]


def test_a_publishable_key_is_refused_at_a_server_s_door(page: APIClient) -> None:
    assert told(write(page)) == (403, "publishable_key_refused")


def test_a_publishable_key_speaks_for_its_application(page: APIClient) -> None:
    assert page.post("/v1/pages", {}, format="json").json() == {"application": "shop"}


@pytest.mark.parametrize("scope", sorted(set(SCOPES) - {"devices:write"}))
def test_no_publishable_key_is_made_with_a_server_s_scope(scope: str) -> None:
    with pytest.raises(ValueError, match=scope):
        auth.create_key(kind="publishable", scopes=[scope], application="shop", name="")


def test_unknown_scopes_are_refused_when_a_key_or_a_view_is_made() -> None:
    with pytest.raises(ValueError, match="no such scope"):
        secret_key("signups:erase")
    with pytest.raises(ValueError, match="no such scope"):
        auth.requires("signups:erase")


def test_a_revoked_key_is_refused_at_once_and_elsewhere_when_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    assert timedelta(seconds=5) == auth.REMEMBERED
    monkeypatch.setattr(auth, "REMEMBERED", timedelta(seconds=0.5))
    token = secret_key("signups:write")
    client = caller(token)
    assert write(client).status_code == 201
    ApiKey.objects.update(revoked_at=timezone.now())  # as another process does
    assert write(client).status_code == 201
    time.sleep(0.6)
    assert told(write(client)) == (401, "api_key_invalid")
    ApiKey.objects.update(revoked_at=None)
    auth.forget_keys()
    assert write(client).status_code == 201
    auth.revoke(the_key(token))
    assert told(write(client)) == (401, "api_key_invalid")


def test_an_expired_key_is_refused_to_the_second_though_it_is_remembered() -> None:
    ends = timezone.now() + timedelta(seconds=2)
    _, token = auth.issue(KeyOrder(KeyKind.SECRET, ("signups:write",), "shop", "", expires_at=ends))
    assert write(caller(token)).status_code == 201
    with time_machine.travel(ends + timedelta(milliseconds=1)):
        assert told(write(caller(token))) == (401, "api_key_invalid")


def test_a_rotated_key_goes_on_for_the_overlap_beside_its_successor() -> None:
    old = secret_key("signups:write")
    assert write(caller(old)).status_code == 201
    successor, new = auth.rotate(the_key(old), overlap=timedelta(hours=1))
    assert (successor.application, successor.scopes, successor.expires_at) == ("shop", ["signups:write"], None)
    assert the_key(old).successor == successor
    assert write(caller(new)).status_code == write(caller(old)).status_code == 201
    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        assert told(write(caller(old))) == (401, "api_key_invalid")
        assert write(caller(new)).status_code == 201


def test_a_key_has_one_successor_and_a_dead_one_has_none() -> None:
    token = secret_key("signups:write")
    auth.rotate(the_key(token))
    with pytest.raises(ValueError, match="rotated before"):
        auth.rotate(the_key(token))
    dead = the_key(secret_key())
    auth.revoke(dead)
    with pytest.raises(ValueError, match="no longer in force"):
        auth.rotate(dead)


def test_a_key_is_read_in_one_query_and_then_remembered(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    token = secret_key("signups:write")
    with django_assert_num_queries(1):
        assert auth.find(token) is not None
    with django_assert_num_queries(0):
        assert auth.find(token) is not None


def test_what_has_not_the_shape_of_a_key_costs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert auth.find("gh_sk_live_guess") is None


def test_guesses_are_not_remembered() -> None:
    auth.find("gh_sk_live_aaaaaaaaaaaa_" + "A" * 43)
    assert auth._remembered == {}


def test_use_is_noted_at_most_once_a_minute() -> None:
    token = secret_key("signups:write")
    begun = timezone.now()
    noted = []
    for seconds in (0, 30, 59, 61):
        with time_machine.travel(begun + timedelta(seconds=seconds), tick=False):
            auth.forget_keys()
            auth.find(token)
            noted.append(round((the_key(token).last_used_at - begun).total_seconds()))  # type: ignore[operator] # it was used
    assert noted == [0, 0, 0, 61]


def test_a_call_tells_which_mode_it_is_made_in() -> None:
    assert not auth.in_test_mode(type("Call", (), {"auth": the_key(secret_key())})())
