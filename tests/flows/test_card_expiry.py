"""A card that expires: its proof ages with it, told before and with its grace, as any proof does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from tests.cast import alice
from tests.conftest import post
from tests.stripe_peer import StripePeer
from verification.models import Check, Event, Proof
from verification.tasks import lapse_proofs, tell_lapsing

CatchUp = Callable[[], int]
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def december() -> Any:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


def shown(shop: APIClient, catch_up: CatchUp, stripe: StripePeer, code_for: Callable[[str], str], **card: Any) -> Proof:
    """Alice's proof of a card, beside one of her mailbox."""
    signup = post(shop, "/v1/signups", alice()).json()["id"]
    for kind in ("email", "payment"):
        post(shop, f"/v1/signups/{signup}/checks", {"kind": kind})
    catch_up()
    stripe.confirm(Check.objects.get(kind="payment").reference, **card)
    post(shop, f"/v1/signups/{signup}/checks/email/answers", {"code": code_for(alice()["email"])})
    post(shop, f"/v1/signups/{signup}/checks/payment/answers", {})
    catch_up()
    return Proof.objects.get(kind="payment")


def tier(shop: APIClient) -> str:
    return str(shop.get("/v1/accounts/acct_alice").json()["tier"])


def test_a_card_that_expires_before_its_proof_would_age_costs_a_tier_only_after_notice_and_grace(
    shop: APIClient,
    december: time_machine.Traveller,
    catch_up: CatchUp,
    with_stripe: StripePeer,
    code_for: Callable[[str], str],
) -> None:
    proof = shown(shop, catch_up, with_stripe, code_for, exp_month=12, exp_year=2026)
    assert proof.lapses_at == datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert tier(shop) == "standard"
    december.move_to(proof.lapses_at - timedelta(days=5))
    assert tell_lapsing.apply().get(disable_sync_subtasks=False) == 1
    assert Event.objects.filter(type="account.tier_lapsing", data__kind="payment").count() == 1
    december.move_to(proof.lapses_at + timedelta(days=1))
    lapse_proofs.apply().get(disable_sync_subtasks=False)
    assert tier(shop) == "standard"  # the grace
    december.move_to(proof.lapses_at + timedelta(days=8))
    lapse_proofs.apply().get(disable_sync_subtasks=False)
    assert tier(shop) == "basic"


@pytest.mark.parametrize(
    "card",
    [
        pytest.param({}, id="not told"),
        pytest.param({"exp_month": 3, "exp_year": 2031}, id="years from now"),
        pytest.param({"exp_month": 13, "exp_year": 2027}, id="no month"),
    ],
)
def test_a_card_that_is_good_for_longer_ages_as_the_policy_says(
    shop: APIClient,
    december: time_machine.Traveller,
    catch_up: CatchUp,
    with_stripe: StripePeer,
    code_for: Callable[[str], str],
    card: dict[str, int],
) -> None:
    proof = shown(shop, catch_up, with_stripe, code_for, **card)
    assert proof.lapses_at - proof.passed_at == timedelta(days=180)
