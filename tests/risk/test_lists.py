"""Lists are read strictly, match by time and owner, and add up with the rest of a verdict."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.facts import Listed, ReportKind, TokenState
from risk.lists import Effect, ListKind, parse_lists, readable
from risk.outcome import Outcome
from risk.policies.store import DEFAULT, read
from risk.policy import Policy, parse
from risk.policyerror import PolicyError
from risk.scoring import foresee, judge
from risk.signals import REASON_CODES
from tests.risk.alice import ALICE, alice

ENTRY = {"value": "example.com", "reason": "why", "author": "nora"}
LIST = {"name": "known", "of": "domains", "effect": "deny", "entries": [ENTRY]}
DAY = datetime(2026, 8, 1, tzinfo=UTC)
LIVE = Listed("known", "live:1", "domains")


def with_entry(**changes: Any) -> dict[str, Any]:
    return {**LIST, "entries": [{**ENTRY, **changes}]}


def policy(**changes: Any) -> Policy:
    document = {**read(DEFAULT), "lists": [{**LIST, **changes}]}
    return parse(document, known_reasons=REASON_CODES)


def refusal(lists: Any) -> str:
    """What the reader says against a document; nothing where it takes it."""
    try:
        parse_lists({"lists": lists})
    except PolicyError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("one", "place"),
    [
        ({**LIST, "name": "No"}, "lists.0.name: "),
        ({**LIST, "of": "names"}, "lists.0.of: "),
        ({**LIST, "of": ["emails"]}, "lists.0.of: "),
        ({**LIST, "effect": "refuse"}, "lists.0.effect: "),
        ({**LIST, "multiplier": 0.5}, "lists.0.multiplier: "),
        ({**LIST, "multiplier": math.nan}, "lists.0.multiplier: "),
        ({**LIST, "floor": "review"}, "lists.0.floor: "),
        ({**LIST, "entries": {}}, None),
        ({**LIST, "entries": "x"}, "lists.0.entries: "),
        ({**LIST, "note": "x"}, "lists.0: "),
        ([], "lists.0: "),
        (with_entry(value="nowhere"), "lists.0.entries.0.value: "),
        (with_entry(value=None), "lists.0.entries.0.value: "),
        (with_entry(reason=""), "lists.0.entries.0.reason: "),
        (with_entry(author=7), "lists.0.entries.0.author: "),
        (with_entry(expires="soon"), "lists.0.entries.0.expires: "),
        (with_entry(expires="2026-01-01", **{"from": "2026-02-01"}), "lists.0.entries.0.expires: "),
        (with_entry(sealed="0" * 16), "lists.0.entries.0: "),
    ],
)
def test_a_mistake_is_told_with_its_place(one: Any, place: str | None) -> None:
    if place is None:
        assert parse_lists({"lists": [one]})[0].entries == {}
        return
    with pytest.raises(PolicyError) as refused:
        parse_lists({"lists": [one]})
    assert str(refused.value).startswith(place)


def test_two_lists_cannot_have_one_name_and_a_policy_without_lists_has_none() -> None:
    with pytest.raises(PolicyError, match=r"^lists\.1\.name: "):
        parse_lists({"lists": [LIST, LIST]})
    assert parse_lists({}) == ()


@pytest.mark.parametrize(
    ("kind", "value", "form"),
    [
        (ListKind.DOMAINS, "Exämple.COM.", "xn--exmple-cua.com"),
        (ListKind.ASNS, "as07018", "7018"),
        (ListKind.ASNS, 7018, "7018"),
        (ListKind.BINS, "042424", "042424"),
        (ListKind.NETWORKS, "2001:DB8::/32", "2001:db8::/32"),
        (ListKind.NETWORKS, "10.0.0.0/8", "10.0.0.0/8"),
    ],
)
def test_a_readable_value_has_one_spelling(kind: ListKind, value: object, form: str) -> None:
    assert readable(kind, value) == form


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ListKind.NETWORKS, "10.0.0.1/8"),
        (ListKind.NETWORKS, "10.0.0.1/32"),
        (ListKind.NETWORKS, "10.0.0.1"),
        (ListKind.ASNS, "4294967296"),
        (ListKind.ASNS, True),
        (ListKind.BINS, "42424242"),
        (ListKind.DOMAINS, "com"),
    ],
)
def test_what_is_none_of_its_kind_is_refused(kind: ListKind, value: object) -> None:
    with pytest.raises(ValueError, match=r"need|digits|number|belongs"):
        readable(kind, value)


@given(st.sampled_from(sorted(ListKind)), st.one_of(st.text(max_size=400), st.integers(), st.none(), st.booleans()))
def test_no_value_ends_in_anything_but_a_form_or_a_refusal(kind: ListKind, value: Any) -> None:
    told = refusal([{**with_entry(value=value), "of": kind}])
    assert told == "" or told.startswith("lists.0.entries.0.value: ")


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=8), st.lists, max_leaves=8))
def test_no_document_breaks_the_reader(lists: Any) -> None:
    assert refusal(lists) == "" or refusal(lists).startswith("lists")


def test_an_entry_counts_from_its_beginning_until_its_end() -> None:
    one = Listed("known", "live:1", "domains", since=DAY, until=datetime(2026, 8, 3, tzinfo=UTC))
    assert not one.holds(datetime(2026, 7, 31, tzinfo=UTC))
    assert one.holds(DAY)
    assert not one.holds(datetime(2026, 8, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("effect", "outcome"), [(Effect.ALLOW, "allow"), (Effect.WATCH, "allow"), (Effect.DENY, "deny")]
)
def test_the_weights_add_up_and_foreseeing_says_the_same(effect: Effect, outcome: str) -> None:
    facts = alice(listed=(LIVE,))
    verdict = judge(facts, policy(effect=effect))
    log_odds = math.fsum([verdict.prior, *(reason.weight for reason in verdict.reasons)])
    assert verdict.score == pytest.approx(100 / (1 + math.exp(-log_odds)))
    assert verdict.outcome == outcome == foresee(facts, policy(effect=effect))(())[0]
    assert [reason.family for reason in verdict.reasons if reason.code == "list_known"] == ["list"]


def test_another_policys_entry_or_a_list_that_is_gone_counts_for_nothing() -> None:
    own = next(iter(policy().lists[0].entries))
    assert judge(alice(listed=(Listed("known", own, "domains"),)), policy()).outcome == Outcome.DENY
    for stranger in (
        Listed("known", "0" * 16, "domains"),
        Listed("gone", "live:1", "domains"),
        Listed("known", "live:1", "asns"),
    ):
        assert judge(alice(listed=(stranger,)), policy()) == judge(ALICE, policy())


def test_an_allow_list_is_silent_where_abuse_was_reported_since_and_where_a_token_is_forged() -> None:
    allowing = policy(effect="allow")
    bad = {"reports": (ReportKind.ABUSE, ReportKind.CHARGEBACK)}
    with_list, without = judge(alice(listed=(LIVE,), **bad), allowing), judge(alice(**bad), allowing)
    assert with_list.outcome.severity >= Outcome.CHALLENGE.severity
    assert with_list.score < without.score
    assert judge(alice(listed=(LIVE,), token=TokenState.FORGED), allowing).outcome == Outcome.CHALLENGE


def test_facts_stored_before_there_were_lists_are_read() -> None:
    stored = ALICE.as_json()
    del stored["listed"]
    assert type(ALICE).from_json(stored) == ALICE
    both = alice(listed=(Listed("known", "live:1", "domains", DAY, None),))
    assert type(both).from_json(json.loads(json.dumps(both.as_json()))) == both
