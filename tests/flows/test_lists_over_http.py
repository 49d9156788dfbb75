"""A product puts values on lists, looks at them and takes them off, with a key made for it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from config.lib import audit
from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from config.lib.models import AuditEntry
from risk.models import ListEntry
from risk.policies.store import DEFAULT, publish, read
from tests.cast import alice
from tests.conftest import client_with, post

ENTRIES = "/v1/lists/mailboxes/entries"
MAILBOX = "alice.archer@gmail.com"
BODY = {"value": MAILBOX, "reason": "leak"}


@pytest.fixture(autouse=True)
def lists(db: None) -> None:
    publish({**read(DEFAULT), "lists": [{"name": "mailboxes", "of": "emails", "effect": "deny"}]})


def told(response: Any) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def test_a_value_put_on_a_list_refuses_its_next_signup_and_removed_lets_it_through(shop: APIClient) -> None:
    added = post(shop, ENTRIES, {**BODY, "colour": "red"})
    assert added.status_code == 201, added.content
    entry = added.json()
    assert (entry["list"], entry["of"], entry["shown"]) == ("mailboxes", "emails", "a***@gmail.com")
    assert entry["warnings"] == ["unknown field: colour"]
    assert MAILBOX not in added.content.decode()
    assert post(shop, "/v1/signups", alice()).json()["outcome"] == "deny"
    assert shop.delete(f"{ENTRIES}/{entry['id']}?reason=mistaken").status_code == 204
    assert post(shop, "/v1/signups", alice(account_id="next")).json()["outcome"] != "deny"
    acts = AuditEntry.objects.filter(act__startswith="list_entry").order_by("seq")
    assert [one.act for one in acts] == ["list_entry.add", "list_entry.remove"]
    assert {one.actor.partition(":")[0] for one in acts} == {"key"}
    assert audit.verify() == []


def test_repeated_under_its_key_it_is_added_once_and_removed_again_it_stays_removed(shop: APIClient) -> None:
    first, again = (shop.post(ENTRIES, BODY, format="json", headers={"Idempotency-Key": "one"}) for _ in range(2))
    assert first.json() == again.json()
    assert ListEntry.objects.count() == 1
    address = f"{ENTRIES}/{first.json()['id']}?reason=done"
    assert [shop.delete(address).status_code for _ in range(2)] == [204, 204]
    assert AuditEntry.objects.filter(act="list_entry.remove").count() == 1


def test_entries_are_given_page_by_page_without_those_removed(shop: APIClient) -> None:
    numbers = [post(shop, ENTRIES, {**BODY, "value": f"u{n}@corp.example"}).json()["id"] for n in range(4)]
    shop.delete(f"{ENTRIES}/{numbers[0]}?reason=x")
    first = shop.get(f"{ENTRIES}?limit=2").json()
    second = shop.get(ENTRIES, {"limit": 2, "cursor": first["next"]}).json()
    assert [one["id"] for one in (*first["items"], *second["items"])] == numbers[:0:-1]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"value": "nobody"}, 422, "list_entry_refused"),
        ({"expires": "2001-01-01T00:00:00Z"}, 422, "list_entry_refused"),
        ({"value": None}, 400, "invalid_request"),
        ({"reason": ""}, 400, "invalid_request"),
        ({"expires": "soon"}, 400, "invalid_request"),
        ({"reason": "a\x00b"}, 400, "invalid_request"),
    ],
)
def test_what_is_not_of_the_form_is_refused_with_a_reason_and_not_the_value(
    shop: APIClient, changes: dict[str, Any], status: int, code: str
) -> None:
    refused = post(shop, ENTRIES, {**BODY, **changes})
    assert told(refused) == (status, code)
    assert "nobody" not in refused.content.decode()
    assert not ListEntry.objects.exists()


def test_there_is_no_such_list_or_entry(shop: APIClient) -> None:
    number = post(shop, ENTRIES, BODY).json()["id"]
    other = "/v1/lists/unknown/entries"
    assert told(shop.get(other)) == told(post(shop, other, BODY)) == (404, "not_found")
    for address in (f"{other}/{number}", f"{ENTRIES}/{number + 1}", f"{ENTRIES}/x", f"{ENTRIES}/{'9' * 40}"):
        assert told(shop.delete(f"{address}?reason=x")) == (404, "not_found")
    assert told(shop.delete(f"{ENTRIES}/{number}")) == (422, "list_entry_refused")


def test_each_call_asks_for_its_scope_and_a_test_key_changes_nothing(shop: APIClient, client_of: Any) -> None:
    number = post(shop, ENTRIES, BODY).json()["id"]
    reader, other = client_of("lists:read"), client_of("signups:write", "lists:write")
    assert reader.get(ENTRIES).status_code == 200
    assert told(other.get(ENTRIES)) == (403, "scope_missing")
    assert told(post(reader, ENTRIES, BODY)) == (403, "scope_missing")
    assert told(reader.delete(f"{ENTRIES}/{number}?reason=x")) == (403, "scope_missing")
    _, token = issue(KeyOrder(KeyKind.SECRET, ("lists:read", "lists:write"), "shop", "tests", Mode.TEST))
    tester = client_with(token)
    for answer in (tester.get(ENTRIES), post(tester, ENTRIES, BODY), tester.delete(f"{ENTRIES}/{number}?reason=x")):
        assert told(answer) == (403, "lists_need_live_key")
    assert ListEntry.objects.filter(removed_at=None).count() == 1
