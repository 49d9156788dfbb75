"""What somebody types, as lists hold it: nothing of it that is personal stays readable."""

import pytest

from risk.list_entries import Wanted, add
from risk.list_search import forms_of_typed, live_of, own
from risk.models import ListEntry
from risk.policies.store import DEFAULT, publish, read


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "%", "x" * 5000, "' OR 1=1", "\u202e", "1" * 400])
def test_hostile_text_is_of_few_forms_or_none(typed: str) -> None:
    assert len(forms_of_typed(typed)) <= 1


def test_personal_text_stays_nowhere_in_its_forms() -> None:
    for typed in ("jane.doe@example.com", "+1 415 555 2671", "stripe:Xt5EWLLDS7FJjR1c"):
        assert typed not in str(forms_of_typed(typed))
    kinds = {kind for kind, _ in forms_of_typed("jane.doe@example.com")}
    assert kinds == {"emails", "domains"}


def test_an_address_falls_under_every_network_around_it() -> None:
    forms = forms_of_typed("198.51.100.7")
    assert {("networks", "198.51.100.0/24"), ("networks", "198.48.0.0/12")} <= forms
    assert ("networks", "198.51.101.0/24") not in forms


@pytest.mark.django_db
def test_entries_of_the_policy_and_beside_it_are_found_by_kind_and_form() -> None:
    entries = [{"value": "a@example.com", "reason": "x", "author": "nora"}]
    lists = [
        {"name": "boxes", "of": "emails", "effect": "deny", "entries": entries},
        {"name": "bins", "of": "bins", "effect": "watch"},
        {"name": "systems", "of": "asns", "effect": "watch"},
    ]
    publish({**read(DEFAULT), "lists": lists})
    add([Wanted("bins", "424242", "x"), Wanted("systems", "AS64500", "x")], author="nora")
    assert [found.of.name for found in own(forms_of_typed("A@example.com"))] == ["boxes"]
    assert [found.of.name for found in own()] == ["boxes"]
    assert [entry.list for entry in live_of(ListEntry.objects.all(), forms_of_typed("as64500"))] == ["systems"]
    assert not live_of(ListEntry.objects.all(), frozenset()).exists()
