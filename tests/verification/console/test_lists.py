"""Lists in the console: what there is, found by the whole value, added and removed by those who may."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib import audit
from config.lib.models import AuditEntry
from risk.list_entries import Wanted, add, remove
from risk.models import ListEntry
from risk.policies.store import DEFAULT, publish, read
from tests.verification.console.desk import LIST_QUERIES, count_queries, desk_of, page, signed_up, text, user_of
from verification.console.lists import page_of
from verification.models import Signup

LIST = reverse("admin:risk_listentry_changelist")
PUT = reverse("admin:risk_listentry_put")
MAILBOX = "alice.archer@gmail.com"
LISTS = {"mailboxes": ("emails", "deny"), "farm": ("phone_blocks", "deny"), "seen": ("devices", "watch")} | {
    "lines": ("phones", "deny"),
    "hosts": ("networks", "watch"),
    "mail": ("domains", "watch"),
}


@pytest.fixture(autouse=True)
def lists(db: None) -> None:
    declared: list[dict[str, Any]] = [{"name": name, "of": of, "effect": does} for name, (of, does) in LISTS.items()]
    own = {"reason": "in the policy itself", "author": "nora"}
    declared[0]["entries"] = [{"value": "own@corp.example", **own}]
    declared[4]["entries"] = [{"value": "198.51.100.0/24", **own, "expires": "2999-01-01"}]
    publish({**read(DEFAULT), "lists": declared})


def put(client: Client, **changes: str) -> Any:
    return client.post(PUT, {"list": "mailboxes", "value": MAILBOX, "reason": "leak", "expires": "", **changes})


def test_the_page_has_the_lists_and_both_sorts_of_entries(victor: Client) -> None:
    add([Wanted("mailboxes", MAILBOX, "beside it")], author="nora")
    shown = text(victor.get(LIST))
    for said in (*LISTS, "in the policy itself", "beside it", "198.51.100.0/24", "a***@gmail.com"):
        assert said in shown
    assert "own@corp.example" not in shown
    assert MAILBOX not in shown
    assert count_queries(victor, LIST) == LIST_QUERIES


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("A.lice.Archer+x@gmail.com", {"mailbox", "domain"}),
        ("+1 415 555 2671", {"block"}),
        ("+141555526**", {"block"}),
        ("72.224.214.33", {"network"}),
        ("72.224.0.0/14", {"network"}),
        ("-42", {"device"}),
        ("someone@else.example", set()),
        ("alice", set()),
    ],
)
def test_an_entry_is_found_by_a_whole_value_and_by_what_falls_under_it(
    victor: Client, typed: str, finds: set[str]
) -> None:
    entries = {
        "mailbox": Wanted("mailboxes", MAILBOX, "mailbox-entry"),
        "domain": Wanted("mail", "gmail.com", "domain-entry"),
        "block": Wanted("farm", "+141555526**", "block-entry"),
        "network": Wanted("hosts", "72.224.0.0/14", "network-entry"),
        "device": Wanted("seen", "-42", "device-entry"),
    }
    add(entries.values(), author="nora")
    shown = text(victor.get(LIST, {"q": typed}))
    assert {name for name in entries if f"{name}-entry" in shown} == finds


def test_the_policys_own_sealed_entry_is_found_by_its_value(victor: Client) -> None:
    assert "in the policy itself" in text(victor.get(LIST, {"q": "OWN@corp.example"}))
    assert "in the policy itself" not in text(victor.get(LIST, {"q": "other@corp.example"}))


def test_filters_narrow_both_sorts(victor: Client) -> None:
    soon = timezone.now() + timedelta(days=1)
    add([Wanted("mailboxes", MAILBOX, "runs out", expires=soon), Wanted("mail", "gmail.com", "stays")], author="nora")
    assert "stays" not in text(victor.get(LIST, {"state": "expiring"}))
    assert "runs out" in text(victor.get(LIST, {"state": "expiring"}))
    assert "runs out" not in text(victor.get(LIST, {"kind": "domains"}))
    only = text(victor.get(LIST, {"list": "hosts"}))
    assert "198.51.100.0/24" in only
    assert "runs out" not in only
    assert "stays" in text(victor.get(LIST, {"state": "nonsense"}))


def test_an_analyst_puts_a_value_on_a_list_and_takes_it_off_and_the_audit_log_says_so(desk: Client) -> None:
    answer = put(desk, expires="2999-01-31T12:00")
    entry = ListEntry.objects.get()
    assert answer.headers["Location"] == page_of(entry.pk)
    shown = text(desk.get(page_of(entry.pk)))
    assert "2999-01-31 12:00" in shown
    assert "by nora" in shown
    desk.post(reverse("admin:risk_listentry_remove", args=[entry.pk]), {"reason": "mistaken"})
    assert "removed" in text(desk.get(page_of(entry.pk)))
    assert "mistaken" in text(desk.get(page_of(entry.pk)))
    acts = AuditEntry.objects.filter(act__startswith="list_entry").order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["list_entry.add", "list_entry.remove"]
    assert audit.verify() == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"value": "nobody"}, "an e-mail address is needed"),
        ({"value": ""}, "Name the value."),
        ({"reason": ""}, "Say why"),
        ({"list": "unknown"}, "Select a valid choice"),
        ({"expires": "2001-01-01T00:00"}, "It would have expired already."),
        ({"expires": "soon"}, "A moment is needed"),
        ({"reason": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_what_is_not_of_the_form_comes_back_and_nothing_is_added(
    desk: Client, changes: dict[str, str], says: str
) -> None:
    refused = put(desk, **changes)
    assert refused.status_code == 422
    assert says in text(refused)
    assert not ListEntry.objects.exists()


def test_removing_needs_a_reason_and_works_once(desk: Client) -> None:
    (entry,) = add([Wanted("mailboxes", MAILBOX, "x")], author="nora")
    address = reverse("admin:risk_listentry_remove", args=[entry.pk])
    assert desk.post(address, {}).status_code == 422
    remove(entry.pk, reason="gone", author="nora")
    assert "is in force" in text(desk.post(address, {"reason": "again"}, follow=True))


def test_who_may_only_look_changes_nothing(shop: APIClient, victor: Client) -> None:
    signup = signed_up(shop)
    (entry,) = add([Wanted("seen", "7", "x")], author="nora")
    assert put(victor).status_code == 403
    assert victor.post(reverse("admin:risk_listentry_remove", args=[entry.pk]), {"reason": "x"}).status_code == 403
    assert put_account(victor, signup).status_code == 403
    assert "Put on a list" not in text(victor.get(LIST)) + text(victor.get(page(signup)))
    assert desk_of(user_of("mallory", None)).get(LIST).status_code == 403
    assert ListEntry.objects.count() == 1


def test_a_form_without_its_token_is_refused(nora: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(nora)
    assert put(strict).status_code == 403
    assert not ListEntry.objects.exists()


def put_account(client: Client, signup: Signup, **changes: str) -> Any:
    body = {"list": "lines", "reason": "a farm", "expires": "", **changes}
    return client.post(reverse("admin:verification_signup_list", args=[signup.pk]), body)


@pytest.mark.parametrize(("name", "outcome"), [("mailboxes", "deny"), ("lines", "deny"), ("seen", "allow")])
def test_from_an_account_what_it_showed_is_put_on_a_list_and_it_is_decided_at_once(
    shop: APIClient, desk: Client, name: str, outcome: str
) -> None:
    signup = signed_up(shop)
    before = text(desk.get(page(signup)))
    assert "On none." in before
    assert f'value="{name}"' in before
    assert put_account(desk, signup, list=name).status_code == 302
    signup.account.refresh_from_db()
    assert signup.account.outcome == outcome
    after = text(desk.get(page(signup)))
    assert page_of(ListEntry.objects.get().pk) in after
    assert f"list_{name}" in after


def test_from_an_account_its_mail_domain_can_be_watched(shop: APIClient, desk: Client) -> None:
    put_account(desk, signed_up(shop), list="mail")
    assert ListEntry.objects.get().value == "gmail.com"


def test_a_list_that_could_hold_nothing_of_the_account_is_not_offered(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop, phone=None, device=None)
    offered = text(desk.get(page(signup)))
    assert 'value="lines"' not in offered
    assert 'value="seen"' not in offered
    assert 'value="hosts"' not in offered
    refused = put_account(desk, signup)
    assert refused.status_code == 422
    assert not ListEntry.objects.exists()


def test_the_page_of_an_account_names_its_entries_in_the_policy_too(shop: APIClient, victor: Client) -> None:
    signup = signed_up(shop, email="own@corp.example")
    shown = text(victor.get(page(signup)))
    assert "in the policy itself" in shown
    assert "mailboxes, in the policy" in shown
