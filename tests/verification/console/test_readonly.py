"""No table is changed by hand, and no address makes the console stumble."""

import re

import pytest
from django.test import Client
from unfold.utils import display_for_label

from config.lib.models import ApiKey
from tests.verification.console.desk import LIST, TABLES, text
from verification.console.readonly import column
from verification.models import Case, Event, Signup


@pytest.mark.parametrize("table", TABLES)
def test_nobody_adds_changes_or_deletes_a_row_not_even_a_superuser(
    full_house: Signup, root: Client, table: str
) -> None:
    row = re.search(rf"/console/{table}/(\d+)/", text(root.get(f"/console/{table}/")))
    address = f"/console/{table}/{row[1] if row else 1}"
    before = str(list(Signup.objects.values())), Event.objects.count(), ApiKey.objects.count(), Case.objects.count()
    assert root.get(f"/console/{table}/add/").status_code == 403
    assert root.post(f"/console/{table}/add/", {}).status_code == 403
    assert root.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    assert root.post(f"{address}/change/", {"name": "x", "state": "x"}).status_code in {200, 302, 403, 404}
    chosen = {"action": "delete_selected", "_selected_action": "1", "post": "yes"}
    assert root.post(f"/console/{table}/", chosen).status_code in {200, 302, 403}
    assert before == (
        str(list(Signup.objects.values())),
        Event.objects.count(),
        ApiKey.objects.count(),
        Case.objects.count(),
    )


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 5000,
        "q=%F0%9F%92%A5%20'%20OR%201=1",
        "p=99999999999999999999",
        "p=-4",
        "p=x",
        "o=7.-8.99",
        "outcome=nonsense",
        "held=maybe",
        "status=what",
        "e=1",
        "_facets=True",
        "all=",
    ],
)
@pytest.mark.parametrize("table", ["verification/signup", "verification/case", "verification/event"])
def test_a_hostile_address_is_no_server_error(desk: Client, table: str, query: str) -> None:
    assert desk.get(f"/console/{table}/?{query}").status_code in {200, 302, 400}


@pytest.mark.parametrize(
    "query", ["person__contains=x", "account__account_id__regex=(a%2B)%2Bb", "public_id__contains=s"]
)
def test_fields_that_are_no_filter_cannot_be_asked_for(desk: Client, query: str) -> None:
    assert desk.get(f"{LIST}?{query}").status_code == 400


@pytest.mark.parametrize(("value", "colour"), [("deny", "danger"), ("<b>new</b>", None), ("", None), (None, None)])
def test_a_label_is_drawn_as_unfold_draws_it_and_says_nothing_that_a_browser_would_run(
    value: str | None, colour: str | None
) -> None:
    @column("outcome", label={"deny": "danger"})
    def outcome(row: str | None) -> str | None:
        return row

    for _ in range(2):  # the second from memory
        assert outcome(value) == display_for_label(value, "-", {"deny": "danger"})
        assert "<b>" not in str(outcome(value))
    assert ("bg-red" in str(outcome(value))) is (colour == "danger")
    assert outcome.short_description == "outcome"  # type: ignore[attr-defined] # as Django reads it
