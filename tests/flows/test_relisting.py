"""What is put on a list, taken off it or runs out there reaches accounts that were there before, by and by."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from risk.list_entries import Wanted, add, remove
from risk.models import Assessment, ListEntry
from risk.policies.store import DEFAULT, publish, read
from tests.cast import alice
from tests.conftest import post
from tiers.models import Account
from verification import relisting
from verification.relisting import SETTLED, apply_due, due
from verification.tasks import apply_lists

PHONE = "+1 415 555 2671"


@pytest.fixture(autouse=True)
def lists(db: None) -> None:
    kinds = {"phones": "deny", "emails": "deny", "domains": "watch"}
    declared = [{"name": of, "of": of, "effect": effect} for of, effect in kinds.items()]
    publish({**read(DEFAULT), "lists": declared})


def sign_up(shop: APIClient, count: int, **changes: Any) -> None:
    for number in range(count):
        person = alice(account_id=f"acct_{number}", email=f"p{number}@gmail.com", device=None, **changes)
        assert post(shop, "/v1/signups", person).status_code == 201


def outcomes() -> list[str]:
    return list(Account.objects.order_by("pk").values_list("outcome", flat=True))


def later(**by: float) -> Any:
    return timezone.now() + SETTLED + timedelta(**by)


def test_a_deny_reaches_everybody_who_showed_it_and_no_other_and_removing_lets_them_go(
    shop: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relisting, "CHUNK", 2)
    sign_up(shop, 5)
    before = outcomes()
    other = alice(account_id="other", email="o@gmail.com", phone="+4917612345678", device=None)
    spared = post(shop, "/v1/signups", other).json()["outcome"]
    (entry,) = add([Wanted("phones", PHONE, "a farm")], author="nora")
    assert apply_due(later()) == 5
    assert outcomes() == ["deny"] * 5 + [spared]
    assert Assessment.objects.latest("pk").cause == "list"
    remove(entry.pk, reason="it was another", author="nora")
    assert apply_due(later(seconds=1)) == 5
    assert outcomes() == [*before, spared]
    assert not due(later(days=9)).exists()


def test_nothing_is_done_twice(shop: APIClient) -> None:
    sign_up(shop, 2)
    (entry,) = add([Wanted("phones", PHONE, "a farm")], author="nora")
    apply_due(later())
    stored = Assessment.objects.count()
    ListEntry.objects.update(applied_until=None)
    assert apply_due(later(seconds=1)) == 0
    assert Assessment.objects.count() == stored
    assert due(later(seconds=2)).count() == 0
    assert entry.pk


def test_what_has_run_out_lets_accounts_go(shop: APIClient) -> None:
    sign_up(shop, 1)
    before = outcomes()
    add([Wanted("phones", PHONE, "for an hour", expires=timezone.now() + timedelta(hours=1))], author="nora")
    apply_due(later())
    assert outcomes() == ["deny"]
    assert apply_due(later(hours=2)) == 1
    assert outcomes() == before


def test_an_entry_waits_until_every_process_has_heard_of_it_and_for_its_beginning(shop: APIClient) -> None:
    sign_up(shop, 1)
    add([Wanted("phones", PHONE, "now")], author="nora")
    add([Wanted("emails", "p0@gmail.com", "then", since=timezone.now() + timedelta(hours=1))], author="nora")
    assert apply_due(timezone.now()) == 0
    assert due(later()).count() == 1
    assert due(later(hours=2)).count() == 2


def test_a_run_ends_in_time_and_the_next_goes_on_after_those_that_reach_few(
    shop: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relisting, "CHUNK", 2)
    sign_up(shop, 5)
    (many,) = add([Wanted("phones", PHONE, "a farm")], author="nora")
    assert apply_due(later(), seconds=0) == 0
    assert relisting.apply_chunk(many, at=later()) == 2
    (few,) = add([Wanted("emails", "p4@gmail.com", "leak")], author="nora")
    assert list(due(later(seconds=1)).values_list("pk", flat=True)) == [few.pk, many.pk]
    assert apply_due(later(seconds=1)) == 3
    assert set(outcomes()) == {"deny"}


def test_an_account_that_cannot_be_read_stops_nobody(shop: APIClient) -> None:
    sign_up(shop, 3)
    first = Account.objects.order_by("pk")[0]
    Assessment.objects.filter(subject=first.pk).update(facts={})
    add([Wanted("phones", PHONE, "a farm")], author="nora")
    assert apply_due(later()) == 2


def test_the_worker_does_it_at_its_beat(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relisting, "SETTLED", timedelta())
    sign_up(shop, 1)
    add([Wanted("phones", PHONE, "a farm")], author="nora")
    assert apply_lists.apply().get(disable_sync_subtasks=False) == 1
    assert outcomes() == ["deny"]
