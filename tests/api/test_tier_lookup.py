"""A gateway asks which tier an account has."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from risk.facts import Word
from tests.cast import alice
from tests.conftest import post
from tiers.models import Account
from verification.review import give_word


@pytest.fixture(autouse=True)
def _account(shop: APIClient) -> None:
    post(shop, "/v1/signups", alice())


def test_a_tier_comes_with_its_limits_and_whose_quota_it_is(shop: APIClient) -> None:
    answered = shop.get("/v1/accounts/acct_alice/tier")
    assert answered.json() == {
        "account_id": "acct_alice",
        "tier": "trial",
        "limits": {"requests_per_minute": 6, "tokens_per_minute": 3000, "tokens_per_day": 30000, "concurrency": 1},
        "budget_key": "account:acct_alice",
        "version": 1,
        "entitlements": {},
        "override_until": None,
        "expires": None,
        "basis": "current",
    }


def test_what_the_gateway_has_already_is_not_sent_again(shop: APIClient) -> None:
    tag = shop.get("/v1/accounts/acct_alice/tier").headers["ETag"]
    again = shop.get("/v1/accounts/acct_alice/tier", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)


def test_a_change_of_tier_changes_the_tag(shop: APIClient, nora: User) -> None:
    tag = shop.get("/v1/accounts/acct_alice/tier").headers["ETag"]
    give_word(Account.objects.get().pk, word=Word.DENY, note="no", analyst=nora, at=timezone.now())
    again = shop.get("/v1/accounts/acct_alice/tier", headers={"If-None-Match": tag})
    assert (again.status_code, again.json()["tier"]) == (200, "blocked")


@pytest.mark.parametrize("account_id", ["nobody", "acct_alic", "é", "x" * 500])
def test_an_unknown_account_is_not_found_and_nothing_more(shop: APIClient, account_id: str) -> None:
    answered = shop.get(f"/v1/accounts/{account_id}/tier")
    assert (answered.status_code, answered.json()["code"]) == (404, "not_found")


def test_a_key_without_the_scope_learns_nothing_of_who_is_there(client_of: Callable[..., APIClient]) -> None:
    stranger = client_of("signups:write")
    statuses = {stranger.get(f"/v1/accounts/{name}/tier").status_code for name in ("acct_alice", "nobody")}
    assert statuses == {403}


def test_a_lookup_is_one_query_with_few_accounts_or_many(shop: APIClient) -> None:
    shop.get("/v1/accounts/acct_alice/tier")
    for others in (0, 20):
        for number in range(others):
            post(shop, "/v1/signups", alice(account_id=f"other-{number}"))
        with CaptureQueriesContext(connection) as queries:
            shop.get("/v1/accounts/acct_alice/tier")
        assert len(queries) == 1, [query["sql"] for query in queries]


def test_the_ladder_can_be_read_from_the_top(shop: APIClient) -> None:
    tiers = [rung["tier"] for rung in shop.get("/v1/tiers").json()["items"]]
    assert tiers == ["trusted", "standard", "basic", "trial", "restricted", "blocked"]
