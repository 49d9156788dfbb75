"""A policy in shadow judges live traffic beside the active one, is compared with it, and changes nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from config.lib import audit
from config.lib.models import AuditEntry
from risk.models import Assessment, StoredPolicy
from risk.policies.shadowing import compare
from risk.policies.store import DEFAULT, read
from tests.cast import alice, bob
from tests.conftest import post
from verification import publishing

pytestmark = pytest.mark.django_db


def in_shadow(**changes: Any) -> StoredPolicy:
    stored = publishing.draft({**read(DEFAULT), "name": "suspicious", **changes}, by="user:1")
    return publishing.shadow(stored, by="user:1")


def test_a_shadow_is_asked_and_changes_nothing(shop: APIClient) -> None:
    before = post(shop, "/v1/signups", alice(account_id="acct_before")).json()
    shadow = in_shadow(rules=[{"name": "everybody", "when": "mailbox.valid", "floor": "deny"}])
    after = post(shop, "/v1/signups", alice(email="alan.b@example.com", phone=None, device=None)).json()
    said = Assessment.objects.latest("pk")
    assert said.shadows[shadow.digest]["outcome"] == "deny"
    assert said.shadows[shadow.digest]["tier"] == "blocked"
    assert (after["outcome"], said.outcome) == (before["outcome"], "allow")
    assert "everybody" not in str(after)


def test_what_only_a_shadow_counts_is_counted_for_it(shop: APIClient) -> None:
    own = {**read(DEFAULT)["velocities"], "numbers_3d": {"of": "phone", "within": "3d"}}
    shadow = in_shadow(velocities=own, rules=[{"name": "any", "when": "velocity.numbers_3d >= 1", "floor": "review"}])
    for number in range(2):
        post(shop, "/v1/signups", alice(account_id=f"acct_{number}", email=f"a{number}@example.com"))
    first, second = Assessment.objects.order_by("pk")
    assert [said.shadows[shadow.digest]["outcome"] for said in (first, second)] == ["allow", "review"]


def test_a_comparison_counts_who_would_have_moved(shop: APIClient) -> None:
    shadow = in_shadow(rules=[{"name": "everybody", "when": "mailbox.valid", "floor": "review"}])
    post(shop, "/v1/signups", alice())
    post(shop, "/v1/signups", bob())
    found = compare(shadow)
    assert found is not None
    assert (found.total, found.counts[("allow", "review")], found.faults) == (2, 1, 0)
    assert found.moved == 1


def test_a_shadow_costs_a_signup_no_query(shop: APIClient) -> None:
    counts = []
    for number in range(4):
        if number == 2:
            in_shadow(prior=0.03)
            post(shop, "/v1/signups", alice(account_id="acct_warm"))
        with CaptureQueriesContext(connection) as queries:
            post(shop, "/v1/signups", alice(account_id=f"acct_{number}"))
        counts.append(len(queries))
    assert counts[1] == counts[3]


def test_who_moved_a_policy_stands_in_the_audit_log() -> None:
    stored = in_shadow(prior=0.03)
    publishing.publish(stored, by="user:2")
    publishing.roll_back(by="user:3")
    acts = [(entry.act, entry.actor) for entry in AuditEntry.objects.order_by("-seq")[:4]]
    assert acts == [
        ("policy.roll_back", "user:3"),
        ("policy.publish", "user:2"),
        ("policy.shadow", "user:1"),
        ("policy.draft", "user:1"),
    ]
    assert audit.verify() == []
