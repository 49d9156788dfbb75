"""A product acts on a ring with a key made for it: it sees first what would change, and what it does can be undone."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib import audit
from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from config.lib.models import AuditEntry
from risk.models import Ring, RingChange
from risk.rings.states import RingState
from tests.cast import alice
from tests.conftest import client_with, post
from tests.operator import ring_of
from tiers.models import Account
from verification.containment import apply

NOTE = {"note": "one script, one card"}


@pytest.fixture
def actor(client_of: Any) -> APIClient:
    client: APIClient = client_of("rings:read", "rings:write")
    return client


@pytest.fixture
def ring(shop: APIClient) -> Ring:
    """Three people whom nothing speaks against but the ring."""
    for number in range(3):
        sent = alice(account_id=f"acct_{number}", email=f"jane{number}@corp{number}.example", phone=None, device=None)
        assert post(shop, "/v1/signups", sent).json()["outcome"] == "allow"
    return ring_of(list(Account.objects.order_by("pk")))


def act(client: APIClient, ring: Ring, action: str, **body: Any) -> Any:
    return post(client, f"/v1/rings/{ring.public_id}/actions", {"action": action, **body})


def told(response: Any) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def follow(ring: Ring) -> list[tuple[str, str, bool]]:
    apply(ring.pk, timezone.now())
    return list(Account.objects.order_by("pk").values_list("tier", "outcome", "held"))


def test_a_dry_run_tells_what_comes_of_it_and_changes_nothing(actor: APIClient, ring: Ring) -> None:
    before = follow(ring)
    answer = act(actor, ring, "confirm", dry_run=True)
    assert answer.status_code == 200, answer.content
    seen = answer.json()
    assert (seen["dry_run"], seen["ring"]["state"], seen["warnings"]) == (True, "suspected", [])
    assert follow(ring) == before
    assert RingChange.objects.count() == 1
    would = seen["would_change"]
    assert (would["accounts"], would["moving"]) == (3, 3)
    assert act(actor, ring, "confirm", **NOTE).status_code == 200
    after = follow(ring)
    assert would["outcomes"] == {"before": {"allow": 3}, "after": {after[0][1]: 3}}
    assert would["tiers"] == {"before": {before[0][0]: 3}, "after": {after[0][0]: 3}}
    assert {held for *_, held in after} == {True}


def test_what_was_confirmed_is_held_what_is_dismissed_goes_free_and_the_exposure_follows(
    actor: APIClient, ring: Ring
) -> None:
    before = follow(ring)
    assert actor.get(f"/v1/rings/{ring.public_id}").json()["exposure"] > 0
    confirmed = act(actor, ring, "confirm", **NOTE, colour="red").json()
    assert (confirmed["ring"]["state"], confirmed["would_change"]) == ("confirmed", None)
    assert confirmed["ring"]["contained_at"]
    assert confirmed["warnings"] == ["unknown field: colour"]
    follow(ring)
    assert actor.get(f"/v1/rings/{ring.public_id}").json()["exposure"] == 0
    assert act(actor, ring, "dismiss", **NOTE).json()["ring"]["state"] == "dismissed"
    assert follow(ring) == before
    assert act(actor, ring, "reopen", **NOTE).json()["ring"]["state"] == "suspected"
    history = actor.get(f"/v1/rings/{ring.public_id}").json()["history"]
    assert [line["kind"] for line in history] == ["reopened", "dismissed", "confirmed", "found"]
    assert {line["by"].partition(":")[0] for line in history[:3]} == {"key"}
    acts = AuditEntry.objects.filter(act__startswith="ring.").order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["ring.confirm", "ring.dismiss", "ring.reopen"]
    assert audit.verify() == []


def test_repeated_under_its_key_it_is_done_once(actor: APIClient, ring: Ring) -> None:
    address, body = f"/v1/rings/{ring.public_id}/actions", {"action": "confirm", **NOTE}
    answers = [actor.post(address, body, format="json", headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert RingChange.objects.filter(kind="confirmed").count() == 1


def test_an_action_needs_a_note_and_a_state_that_allows_it(actor: APIClient, ring: Ring) -> None:
    assert told(act(actor, ring, "confirm")) == (422, "ring_note_missing")
    assert told(act(actor, ring, "confirm", note=" ")) == (422, "ring_note_missing")
    assert told(act(actor, ring, "reopen", **NOTE)) == (409, "ring_act_refused")
    assert told(act(actor, ring, "reopen", dry_run=True)) == (409, "ring_act_refused")
    assert RingChange.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {"action": "explode"},
        {"action": None},
        {"action": "confirm", "note": "x" * 2001},
        {"action": "confirm", "note": "a\x00b"},
        {"action": "confirm", "dry_run": "perhaps"},
    ],
)
def test_what_is_not_of_the_form_is_refused(actor: APIClient, ring: Ring, body: dict[str, Any]) -> None:
    answer = post(actor, f"/v1/rings/{ring.public_id}/actions", body)
    assert answer.status_code == 400
    assert RingChange.objects.count() == 1


def test_a_merged_ring_sends_on_to_the_one_that_it_became_part_of(actor: APIClient, ring: Ring) -> None:
    gone = ring_of([], state=RingState.MERGED, merged_into=ring)
    refused = act(actor, gone, "confirm", **NOTE)
    assert told(refused) == (409, "ring_act_refused")
    assert refused.json()["merged_into"] == ring.public_id


def test_acting_asks_for_its_scope_and_a_test_key_finds_no_ring(client_of: Any, ring: Ring) -> None:
    assert told(act(client_of("rings:read"), ring, "confirm", **NOTE)) == (403, "scope_missing")
    _, token = issue(KeyOrder(KeyKind.SECRET, ("rings:read", "rings:write"), "shop", "tests", Mode.TEST))
    tester = client_with(token)
    unknown = post(tester, "/v1/rings/rng_nothing/actions", {"action": "confirm", **NOTE})
    assert told(act(tester, ring, "confirm", **NOTE)) == told(unknown) == (404, "not_found")
    assert RingChange.objects.count() == 1
