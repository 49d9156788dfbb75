"""A product has an account's tier signed; whoever has the published keys can read it, and nobody can make one."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from risk.facts import Word
from tests.cast import alice
from tests.conftest import client_with, post
from tiers.models import Account
from tiers.tokens import TYPE
from verification.review import give_word

PATH = "/v1/accounts/acct_alice/tier-token"


def test_caller(*scopes: str) -> APIClient:
    _, key = issue(KeyOrder(KeyKind.SECRET, scopes, "shop", "tests", Mode.TEST))
    return client_with(key)


test_caller.__test__ = False  # type: ignore[attr-defined] # it begins like a test


@pytest.fixture(autouse=True)
def _account(shop: APIClient) -> None:
    post(shop, "/v1/signups", alice())


def keys_of(client: Client, prefix: str = "") -> KeySet:
    return KeySet.import_key_set(client.get(f"{prefix}/.well-known/jwks.json").json())


def decoded(token: str, keys: KeySet) -> jwt.Token:
    registry = JWSRegistry(algorithms=["EdDSA"])
    algorithm = JWSRegistry.algorithms["EdDSA"]
    quiet = type(algorithm)()
    quiet.security_warning = None
    registry.algorithms = {"EdDSA": quiet}
    return jwt.decode(token, keys, registry=registry)


def test_a_token_says_what_a_lookup_answers_and_for_whom(shop: APIClient, client: Client, settings: Settings) -> None:
    answered = post(shop, PATH, {})
    assert answered.status_code == 201
    looked_up = shop.get("/v1/accounts/acct_alice/tier").json()
    token = decoded(answered.json()["token"], keys_of(client))
    claims = dict(token.claims)
    assert {name: claims[name] for name in ("tier", "limits", "budget_key", "version")} == {
        name: looked_up[name] for name in ("tier", "limits", "budget_key", "version")
    }
    assert (claims["sub"], claims["aud"], claims["iss"]) == ("acct_alice", "shop", settings.GATEHOUSE_URL)
    assert claims["exp"] - claims["iat"] == 300
    assert claims["nbf"] == claims["iat"] == pytest.approx(time.time(), abs=5)
    assert token.header == {"alg": "EdDSA", "typ": TYPE, "kid": token.header["kid"]}


def test_no_two_tokens_have_one_id(shop: APIClient, client: Client) -> None:
    keys = None
    ids = set()
    for _ in range(3):
        token = post(shop, PATH, {}).json()["token"]
        keys = keys or keys_of(client)
        ids.add(decoded(token, keys).claims["jti"])
    assert len(ids) == 3


def test_how_long_a_token_is_good_is_a_setting(shop: APIClient, client: Client, settings: Settings) -> None:
    settings.TIER_TOKEN_SECONDS = 60
    token = post(shop, PATH, {}).json()["token"]
    claims = decoded(token, keys_of(client)).claims
    assert claims["exp"] - claims["iat"] == 60


def test_a_token_that_was_changed_is_signed_by_nobody(shop: APIClient, client: Client) -> None:
    head, payload, signature = post(shop, PATH, {}).json()["token"].split(".")
    claims = json.loads(urlsafe_b64decode(payload + "=="))
    assert claims["tier"] == "trial"
    forged = urlsafe_b64encode(json.dumps({**claims, "tier": "trusted"}).encode()).rstrip(b"=").decode()
    with pytest.raises(BadSignatureError):
        decoded(f"{head}.{forged}.{signature}", keys_of(client))


def test_a_change_of_tier_is_in_the_next_token(shop: APIClient, client: Client, nora: User) -> None:
    post(shop, PATH, {})
    give_word(Account.objects.get().pk, word=Word.DENY, note="no", analyst=nora, at=timezone.now())
    answer = post(shop, PATH, {}).json()
    assert (answer["tier"], answer["version"]) == ("blocked", 2)
    assert decoded(answer["token"], keys_of(client)).claims["tier"] == "blocked"


@pytest.mark.parametrize("account_id", ["nobody", "acct_alic", "é"])
def test_an_unknown_account_is_not_found_and_nothing_more(shop: APIClient, account_id: str) -> None:
    answered = post(shop, f"/v1/accounts/{account_id}/tier-token", {})
    assert (answered.status_code, answered.json()["code"]) == (404, "not_found")


def test_reading_tiers_is_not_enough_to_have_tokens_signed(client_of: Callable[..., APIClient]) -> None:
    reader = client_of("tiers:read")
    answered = post(reader, PATH, {})
    assert (answered.status_code, answered.json()["scope"]) == (403, "tiers:tokens")


def test_a_test_key_has_tokens_of_test_accounts_alone_with_another_issuer_and_other_keys(
    shop: APIClient, client: Client, settings: Settings
) -> None:
    trying = test_caller("signups:write", "tiers:tokens")
    assert post(trying, PATH, {}).status_code == 404
    post(trying, "/v1/signups", alice(account_id="acct_trial"))
    assert post(shop, "/v1/accounts/acct_trial/tier-token", {}).status_code == 404
    token = post(trying, "/v1/accounts/acct_trial/tier-token", {}).json()["token"]
    claims = decoded(token, keys_of(client, "/test")).claims
    assert claims["iss"] == f"{settings.GATEHOUSE_URL}/test"
    post(shop, PATH, {})
    with pytest.raises(InvalidKeyIdError):
        decoded(token, keys_of(client))


def test_a_repeated_call_gets_the_same_token(shop: APIClient) -> None:
    first, again = (post(shop, PATH, {}, **{"Idempotency-Key": "one"}).json() for _ in range(2))
    assert first == again


def test_a_token_is_one_query_with_few_accounts_or_many(shop: APIClient) -> None:
    post(shop, PATH, {})
    for others in (0, 20):
        for number in range(others):
            post(shop, "/v1/signups", alice(account_id=f"other-{number}"))
        with CaptureQueriesContext(connection) as queries:
            post(shop, PATH, {})
        assert len(queries) == 1, [query["sql"] for query in queries]


def test_no_cache_keeps_a_token(shop: APIClient) -> None:
    assert post(shop, PATH, {}).headers["Cache-Control"] == "no-store"


def published(client: Client, path: str = "/.well-known/jwks.json", **headers: Any) -> Any:
    return client.get(path, headers=headers)


def test_the_keys_are_public_kept_for_five_minutes_and_not_sent_twice(shop: APIClient, client: Client) -> None:
    post(shop, PATH, {})
    answered = published(client)
    assert answered.status_code == 200
    assert answered.headers["Content-Type"] == "application/jwk-set+json"
    assert answered.headers["Cache-Control"].startswith("public, max-age=300")
    again = published(client, **{"If-None-Match": answered.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", answered.headers["ETag"])


def test_gateways_behind_one_address_can_all_have_the_keys(shop: APIClient, client: Client) -> None:
    post(shop, PATH, {})
    assert {published(client).status_code for _ in range(100)} == {200}
