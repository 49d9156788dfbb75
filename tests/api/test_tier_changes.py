"""A gateway that checks tokens by itself learns over HTTP of every change, from where it was."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from config.lib.crypto import sign
from risk.facts import Word
from tests.cast import alice
from tests.conftest import client_with, post
from tests.operator import ring_of
from tiers.changes import forget
from tiers.models import Account, TierChange
from verification.containment import apply
from verification.review import give_word

PATH = "/v1/tier-changes"


@pytest.fixture(autouse=True)
def _account(shop: APIClient) -> None:
    post(shop, "/v1/signups", alice())


def deny(nora: User, name: str = "acct_alice", word: Word = Word.DENY) -> None:
    give_word(Account.objects.get(account_id=name).pk, word=word, note="no", analyst=nora, at=timezone.now())


def test_caller() -> APIClient:
    _, key = issue(KeyOrder(KeyKind.SECRET, ("signups:write", "tiers:read"), "shop", "tests", Mode.TEST))
    return client_with(key)


test_caller.__test__ = False  # type: ignore[attr-defined] # it begins like a test


def ask(client: APIClient, cursor: str = "", **query: Any) -> Any:
    return client.get(PATH, {**query, **({"cursor": cursor} if cursor else {})})


def test_a_signup_is_no_change_and_what_comes_after_it_is(shop: APIClient, nora: User) -> None:
    begun = ask(shop).json()
    assert (begun["items"], begun["more"], begun["come_again"]) == ([], False, 2)
    deny(nora)
    (item,) = ask(shop, begun["next"]).json()["items"]
    at = item.pop("at")
    assert item == {
        "account_id": "acct_alice",
        "version": 2,
        "tier": "blocked",
        "budget_key": "account:acct_alice",
    }
    assert at == TierChange.objects.get().at.isoformat().replace("+00:00", "Z")


def test_a_version_in_the_feed_is_the_version_of_the_lookup_and_of_the_next_token(shop: APIClient, nora: User) -> None:
    begun = ask(shop).json()["next"]
    for word in (Word.DENY, Word.APPROVE, Word.HOLD):
        deny(nora, word=word)
    last = ask(shop, begun).json()["items"][-1]
    looked_up = shop.get("/v1/accounts/acct_alice/tier").json()
    assert {name: last[name] for name in ("tier", "version", "budget_key")} == {
        name: looked_up[name] for name in ("tier", "version", "budget_key")
    }
    assert post(shop, "/v1/accounts/acct_alice/tier-token", {}).json()["version"] == last["version"]


def test_drawing_on_a_rings_quota_is_a_change(shop: APIClient) -> None:
    for number in range(3):
        sent = alice(account_id=f"acct_{number}", email=f"jane{number}@corp{number}.example", phone=None, device=None)
        post(shop, "/v1/signups", sent)
    begun = ask(shop).json()["next"]
    ring = ring_of(
        list(Account.objects.filter(account_id__in=["acct_0", "acct_1", "acct_2"])), contained_at=timezone.now()
    )
    apply(ring.pk, timezone.now())
    told = {item["account_id"]: item["budget_key"] for item in ask(shop, begun).json()["items"]}
    assert told == dict.fromkeys(["acct_0", "acct_1", "acct_2"], f"ring:{ring.public_id}")


def test_without_a_cursor_come_the_changes_of_the_tokens_that_may_be_about(shop: APIClient, nora: User) -> None:
    deny(nora)
    assert [item["tier"] for item in ask(shop).json()["items"]] == ["blocked"]


def test_pages_give_every_change_once(shop: APIClient, nora: User) -> None:
    for word in (Word.DENY, Word.APPROVE, Word.HOLD):
        deny(nora, word=word)
    cursor, versions, more = "", [], True
    while more:
        page = ask(shop, cursor, limit=1).json()
        versions += [item["version"] for item in page["items"]]
        cursor, more = page["next"], page["more"]
    assert versions == [2, 3, 4]
    assert ask(shop, cursor).json()["items"] == []


def test_a_cursor_that_is_too_old_says_so_and_to_begin_anew(shop: APIClient, nora: User) -> None:
    begun = ask(shop).json()["next"]
    deny(nora)
    ask(shop, begun)
    forget(timezone.now() + timedelta(hours=73))
    refused = ask(shop, begun)
    assert (refused.status_code, refused.json()["code"]) == (410, "cursor_expired")
    assert "without a cursor" in refused.json()["fix"]
    assert ask(shop).status_code == 200


@pytest.mark.parametrize("cursor", ["x", "é", sign("cursor", b"[0,1]"), sign("tier changes", b"[1,0]")])
def test_a_cursor_of_something_else_is_refused(shop: APIClient, cursor: str) -> None:
    refused = ask(shop, cursor)
    assert (refused.status_code, refused.json()["code"]) == (400, "cursor_malformed")


@pytest.mark.parametrize("query", [{"wait": "26"}, {"wait": "-1"}, {"wait": "x"}, {"limit": "0"}, {"limit": "1001"}])
def test_a_number_out_of_bounds_is_refused_by_its_name(shop: APIClient, query: dict[str, str]) -> None:
    refused = ask(shop, **query)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
    assert [error["field"] for error in refused.json()["errors"]] == [*query]


def test_test_keys_follow_test_accounts_only(shop: APIClient, nora: User) -> None:
    trying = test_caller()
    post(trying, "/v1/signups", alice(account_id="acct_trial"))
    deny(nora)
    deny(nora, "acct_trial")
    assert [item["account_id"] for item in ask(trying).json()["items"]] == ["acct_trial"]
    assert [item["account_id"] for item in ask(shop).json()["items"]] == ["acct_alice"]


def test_a_key_needs_the_scope(page: APIClient) -> None:
    assert ask(page).json()["code"] == "publishable_key_refused"


def test_an_answer_is_few_queries_with_few_changes_or_many(shop: APIClient, nora: User) -> None:
    begun = ask(shop).json()["next"]
    for _ in range(2):
        for word in (Word.DENY, Word.APPROVE, Word.HOLD):
            deny(nora, word=word)
        ask(shop, begun)
        with CaptureQueriesContext(connection) as queries:
            ask(shop, begun, wait=1)
        assert len(queries) == 3, [query["sql"] for query in queries]
