"""A person shows a document to Stripe Identity, or to its offline stand-in, and Gatehouse learns that they did."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from risk.models import Assessment, Identifier
from tests.cast import alice
from tests.conftest import post
from tests.stripe_peer import StripePeer
from tiers.models import Account
from verification.lapsing import lapse_due, tell_due
from verification.models import Check, Event, Proof

CatchUp = Callable[[], int]
Step = Callable[..., dict[str, Any]]


@pytest.fixture
def step(shop: APIClient, catch_up: CatchUp) -> Step:
    """One call of the journey, the worker, and the document check as it then stands, with the tier."""
    signup = post(shop, "/v1/signups", alice()).json()

    def take(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answered = post(shop, f"/v1/signups/{signup['id']}/checks{path}", body)
        assert answered.status_code in {200, 202}, answered.json()
        catch_up()
        looked = shop.get(f"/v1/signups/{signup['id']}").json()
        (check,) = looked["checks"]
        return {**check, "tier": looked["tier"]}

    return take


def test_a_verified_document_raises_the_tier_and_leaves_nothing_of_itself(step: Step, with_stripe: StripePeer) -> None:
    asked = step("", {"kind": "document"})
    assert asked["status"] == "sent"
    assert asked["challenge"].keys() == {"client_secret", "url", "publishable_key"}
    shown = Identifier.objects.count()
    with_stripe.identity(
        Check.objects.get().reference,
        "verified",
        verified_outputs={"first_name": "Aloysia", "address": {"country": "LI"}, "id_number": "X99887766"},
    )
    passed = step("/document/answers", {})
    assert (passed["status"], passed["tier"], passed["challenge"]) == ("passed", "basic", None)
    stored = str([row.facts for row in Assessment.objects.all()]) + str(list(Event.objects.values_list("data")))
    assert not [word for word in ("Aloysia", "LI'", "X99887766") if word in stored]
    assert Identifier.objects.count() == shown


def test_a_photograph_that_cannot_be_read_can_be_taken_again_by_a_way_that_is_new(
    step: Step, with_stripe: StripePeer
) -> None:
    first = step("", {"kind": "document"})["challenge"]["client_secret"]
    error = {"code": "document_unverified_other", "reason": "blurred"}
    reference = Check.objects.get().reference
    with_stripe.identity(reference, "requires_input", last_error=error, client_secret="vs_secret_2")
    again = step("/document/answers", {})
    assert (again["status"], again["challenge"]["client_secret"]) == ("sent", "vs_secret_2")
    assert first != "vs_secret_2"
    with_stripe.identity(reference, "processing", client_secret=None)
    assert step("/document/answers", {})["status"] == "sent"
    with_stripe.identity(reference, "verified")
    assert step("/document/answers", {})["status"] == "passed"


def test_a_cancelled_session_fails_the_check_and_another_can_be_asked_for(step: Step, with_stripe: StripePeer) -> None:
    step("", {"kind": "document"})
    with_stripe.cancel(Check.objects.get().reference)
    assert step("/document/answers", {})["status"] == "failed"
    assert step("", {"kind": "document"})["status"] == "sent"


@pytest.mark.parametrize(("choice", "status"), [("verified", "passed"), ("unreadable", "sent"), ("canceled", "failed")])
def test_offline_each_choice_comes_to_what_its_name_says(step: Step, choice: str, status: str) -> None:
    assert step("", {"kind": "document"})["challenge"]["choices"] == ["verified", "unreadable", "canceled"]
    assert step("/document/answers", {"choice": choice})["status"] == status


def test_a_document_ages_as_the_policy_says_and_its_tier_falls_only_after_notice_and_grace(step: Step) -> None:
    step("", {"kind": "document"})
    assert step("/document/answers", {"choice": "verified"})["tier"] == "basic"
    proof = Proof.objects.get()
    assert proof.lapses_at - proof.passed_at == timedelta(days=730)
    assert tell_due(proof.lapses_at - timedelta(days=14)) == 1
    assert Event.objects.filter(type="account.tier_lapsing", data__kind="document").count() == 1
    assert lapse_due(proof.lapses_at) == []  # the grace
    assert len(lapse_due(proof.lapses_at + timedelta(days=7))) == 1
    assert Account.objects.get().tier == "trial"
