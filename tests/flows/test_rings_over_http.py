"""A product reads rings and who is in them, with a key made for it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from risk.models import Ring, RingMember
from risk.rings.states import RingState
from tests.conftest import client_with
from tests.operator import EVIDENCE, MAY, TEMPLATE, WHY, accounts_of, ring_of

TRIAL, BASIC = 6 * 1440, 30 * 1440  # requests a day, by the limits of the ladder that Gatehouse comes with


@pytest.fixture
def reader(client_of: Any) -> APIClient:
    client: APIClient = client_of("rings:read")
    return client


@pytest.fixture
def ring(db: None) -> Ring:
    return ring_of(accounts_of(5))


def told(response: Any) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def listed(client: APIClient, **query: Any) -> list[str]:
    answer = client.get("/v1/rings", query)
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["items"]]


def test_a_ring_tells_its_template_its_evidence_and_its_history(reader: APIClient, ring: Ring) -> None:
    answer = reader.get(f"/v1/rings/{ring.public_id}").json()
    history = answer.pop("history")
    assert datetime.fromisoformat(answer.pop("added_up_at")) > timezone.now() - timedelta(minutes=1)
    assert answer == {
        "id": ring.public_id,
        "state": "suspected",
        "score": 97.5,
        "confidence": 0.8,
        "size": 5,
        "exposure": 5 * TRIAL,
        "aspects": ["phone", "domain"],
        "found_at": "2026-05-04T09:00:00Z",
        "changed_at": "2026-05-04T09:00:00Z",
        "contained_at": None,
        "merged_into": None,
        "could_have_taken": 0,
        "took": None,
        "template": TEMPLATE,
        "evidence": EVIDENCE,
    }
    assert history == [{"at": "2026-05-04T09:00:00Z", "kind": "found", "size": 5, "by": "", "note": ""}]


def test_exposure_counts_members_whom_nothing_holds_by_the_limits_of_their_tiers(reader: APIClient) -> None:
    loose, richer = accounts_of(3, "a"), accounts_of(1, "b", tier="basic")
    held, gone = accounts_of(4, "c", held=True), accounts_of(2, "d")
    ring = ring_of([*loose, *richer, *held, *gone])
    RingMember.objects.filter(subject__in=[one.pk for one in gone]).update(left_at=MAY)
    assert reader.get(f"/v1/rings/{ring.public_id}").json()["exposure"] == 3 * TRIAL + BASIC


def test_rings_come_with_the_largest_exposure_first_or_the_newest(reader: APIClient) -> None:
    small, large, none, equal = (
        ring_of(accounts_of(count, name, held=held)).public_id
        for name, count, held in (("a", 1, False), ("b", 3, False), ("c", 9, True), ("d", 3, False))
    )
    assert listed(reader) == [equal, large, small, none]
    assert listed(reader, order="newest") == [equal, none, large, small]


@pytest.mark.parametrize("order", ["exposure", "newest"])
def test_page_by_page_each_ring_comes_once(reader: APIClient, order: str) -> None:
    for name in range(5):
        ring_of(accounts_of(1 + name % 2, str(name)))
    pages: list[str] = []
    following: dict[str, Any] = {}
    for _ in range(3):
        answer = reader.get("/v1/rings", {"order": order, "limit": 2, **following}).json()
        pages += [one["id"] for one in answer["items"]]
        following = {"cursor": answer["next"]}
    assert following == {"cursor": None}
    assert pages == listed(reader, order=order)
    assert len(set(pages)) == 5


def test_a_cursor_of_one_order_breaks_nothing_in_the_other(reader: APIClient) -> None:
    for name in "abc":
        ring_of(accounts_of(2, name))
    for given, other in (("exposure", "newest"), ("newest", "exposure")):
        cursor = reader.get("/v1/rings", {"order": given, "limit": "1"}).json()["next"]
        query: dict[str, str] = {"order": other, "cursor": cursor}
        assert reader.get("/v1/rings", query).status_code in {200, 400}


def test_rings_are_narrowed_by_state_and_score(reader: APIClient) -> None:
    sure = ring_of(accounts_of(1, "a"), state=RingState.CONFIRMED, score=99.0).public_id
    unsure = ring_of(accounts_of(1, "b"), score=60.0).public_id
    over = ring_of(accounts_of(1, "c"), state=RingState.DISMISSED, score=80.0).public_id
    assert set(listed(reader)) == {sure, unsure, over}
    assert listed(reader, state="confirmed") == [sure]
    assert set(listed(reader, min_score=80)) == {sure, over}
    assert listed(reader, min_score=80, state="suspected") == []


def test_nobody_is_to_be_held_for_a_dismissed_ring(reader: APIClient) -> None:
    ring = ring_of(accounts_of(3), state=RingState.DISMISSED)
    assert reader.get(f"/v1/rings/{ring.public_id}").json()["exposure"] == 0


def test_a_merged_ring_names_the_one_that_it_became_part_of(reader: APIClient, ring: Ring) -> None:
    gone = ring_of([], state=RingState.MERGED, merged_into=ring)
    answer = reader.get(f"/v1/rings/{gone.public_id}").json()
    assert (answer["state"], answer["merged_into"]) == ("merged", ring.public_id)
    assert gone.public_id not in listed(reader)
    assert listed(reader, state="merged") == [gone.public_id]


def test_members_are_given_page_by_page_with_why_and_those_who_left_are_not(reader: APIClient, ring: Ring) -> None:
    RingMember.objects.filter(subject=RingMember.objects.earliest("subject").subject).update(left_at=MAY)
    address = f"/v1/rings/{ring.public_id}/members"
    first = reader.get(address, {"limit": 3}).json()
    second = reader.get(address, {"limit": 3, "cursor": first["next"]}).json()
    assert [one["account_id"] for one in (*first["items"], *second["items"])] == [f"acct_{n}" for n in range(1, 5)]
    assert second["next"] is None
    assert first["items"][0] == {
        "account_id": "acct_1",
        "weight": 6.1,
        "why": WHY,
        "joined_at": "2026-05-04T10:00:00Z",
        "could_have_taken": 0,
        "took": None,
    }


def test_what_detection_left_unsaid_is_no_server_error(reader: APIClient) -> None:
    ring = ring_of(accounts_of(1), template={}, evidence=[])
    answer = reader.get(f"/v1/rings/{ring.public_id}").json()
    assert (answer["template"], answer["evidence"], answer["aspects"]) == ({"words": "", "lines": []}, [], [])


@pytest.mark.parametrize(
    "query",
    [
        {"state": "lost"},
        {"min_score": "high"},
        {"min_score": "nan"},
        {"min_score": "-1"},
        {"min_score": "1e400"},
        {"order": "size"},
        {"limit": "101"},
        {"limit": "0"},
    ],
)
def test_a_query_that_cannot_be_read_is_refused(reader: APIClient, query: dict[str, str]) -> None:
    assert told(reader.get("/v1/rings", query)) == (400, "invalid_request")


def test_a_cursor_of_another_list_is_refused(reader: APIClient, ring: Ring) -> None:
    ring_of(accounts_of(1, "other"))
    cursor = reader.get("/v1/rings", {"limit": 1}).json()["next"]
    members = f"/v1/rings/{ring.public_id}/members"
    assert told(reader.get(members, {"cursor": cursor})) == (400, "cursor_malformed")
    assert told(reader.get("/v1/rings", {"cursor": "x"})) == (400, "cursor_malformed")


@pytest.mark.parametrize("ring_id", ["rng_nothing", "1", "x" * 3000])
def test_there_is_no_such_ring(reader: APIClient, db: None, ring_id: str) -> None:
    for address in (f"/v1/rings/{ring_id}", f"/v1/rings/{ring_id}/members"):
        assert told(reader.get(address)) == (404, "not_found")


def test_a_ring_out_of_reach_looks_like_one_that_is_not(ring: Ring) -> None:
    _, token = issue(KeyOrder(KeyKind.SECRET, ("rings:read",), "shop", "tests", Mode.TEST))
    tester = client_with(token)
    assert listed(tester) == []
    for end in ("", "/members"):
        hidden, unknown = tester.get(f"/v1/rings/{ring.public_id}{end}"), tester.get(f"/v1/rings/rng_nothing{end}")
        assert told(hidden) == told(unknown) == (404, "not_found")


def test_looking_asks_for_its_scope(client_of: Any, ring: Ring) -> None:
    other = client_of("rings:write", "signups:read")
    for end in ("", f"/{ring.public_id}", f"/{ring.public_id}/members"):
        assert told(other.get(f"/v1/rings{end}")) == (403, "scope_missing")
