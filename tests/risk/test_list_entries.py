"""Live entries: added whole or not at all, never edited, each act in the audit log."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from config.lib import audit
from config.lib.models import AuditEntry
from risk.list_entries import BATCH_MOST, EntryRefused, Wanted, add, add_of_account, remove
from risk.models import ListEntry
from risk.policies.store import DEFAULT, publish, read


@pytest.fixture(autouse=True)
def lists(db: None) -> None:
    kinds = ("emails", "domains")
    publish({**read(DEFAULT), "lists": [{"name": kind, "of": kind, "effect": "deny"} for kind in kinds]})


def test_adding_and_removing_stand_in_the_audit_log_without_the_value() -> None:
    (entry,) = add([Wanted("emails", "jane@example.com", "leak")], author="user:7")
    remove(entry.pk, reason="mistaken", author="user:8")
    acts = AuditEntry.objects.filter(act__startswith="list_entry").order_by("seq")
    assert [(one.actor, one.act) for one in acts] == [("user:7", "list_entry.add"), ("user:8", "list_entry.remove")]
    assert json.loads(acts[0].details_json) == {"entries": [entry.pk]}
    assert "jane" not in "".join(one.details_json for one in acts)
    assert audit.verify() == []
    assert ListEntry.objects.get().shown == "j***@example.com"


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted("nowhere", "x", "why"), "entry 1: no list of this name"),
        (Wanted("emails", "x", "why"), "entry 1: an e-mail address"),
        (Wanted("emails", None, "why"), "entry 1: a text"),
        (Wanted("emails", "a@example.com", ""), "entry 1: reason"),
        (Wanted("emails", "a@example.com", "why", expires=timezone.now() - timedelta(days=1)), "entry 1: expires"),
    ],
)
def test_what_is_not_of_the_form_is_refused_and_nothing_is_added(wanted: Wanted, says: str) -> None:
    with pytest.raises(EntryRefused, match=says):
        add([wanted, Wanted("domains", "example.com", "why")], author="nora")
    assert not ListEntry.objects.exists()


def test_a_batch_has_an_end_and_an_entry_is_removed_once() -> None:
    with pytest.raises(EntryRefused, match="at most"):
        add([Wanted("domains", "example.com", "why")] * (BATCH_MOST + 1), author="nora")
    (entry,) = add([Wanted("domains", "example.com", "why")], author="nora")
    remove(entry.pk, reason="done", author="nora")
    with pytest.raises(EntryRefused, match="is in force"):
        remove(entry.pk, reason="done", author="nora")


def test_an_account_that_showed_nothing_of_the_kind_adds_nothing() -> None:
    with pytest.raises(EntryRefused, match="showed nothing"):
        add_of_account(Wanted("emails", None, "why"), subject=1, author="nora")
    with pytest.raises(EntryRefused, match="name the value"):
        add_of_account(Wanted("domains", None, "why"), subject=1, author="nora")
