"""Outside parties call back: what is theirs and new is acted on once, and everything else does nothing."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib.ratelimit import start_anew
from risk.identifiers import IdentifierKind
from risk.models import Identifier
from tests.cast import alice
from tests.conftest import post
from tests.stripe_peer import SIGNATURE, StripePeer, callback, signed
from verification.models import Callback, Check, Proof
from verification.tasks import forget, handle_callback, settle_session, sweep_callbacks

CatchUp = Callable[[], int]
PATH = "/v1/callbacks/stripe"


def call_back(body: bytes, signature: str | None = None, path: str = PATH) -> Any:
    """As Stripe calls."""
    headers = {SIGNATURE: signed(body) if signature is None else signature}
    return APIClient().post(path, body, content_type="application/json; charset=utf-8", headers=headers)


@pytest.fixture
def check(shop: APIClient, catch_up: CatchUp, with_stripe: StripePeer) -> Check:
    """Alice's card check, its session open and its card accepted; the page has not come back."""
    signup = post(shop, "/v1/signups", alice()).json()
    post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "payment"})
    catch_up()
    opened = Check.objects.get()
    with_stripe.confirm(opened.reference)
    return opened


def status(check: Check) -> str:
    check.refresh_from_db()
    return check.status


def test_a_callback_settles_the_session_that_it_names(check: Check) -> None:
    answered = call_back(callback("setup_intent.succeeded", check.reference))
    assert (answered.status_code, answered.content) == (204, b"")
    assert status(check) == "passed"
    assert Callback.objects.get().handled_at is not None


def test_what_a_callback_claims_is_not_believed(check: Check, with_stripe: StripePeer) -> None:
    with_stripe.decline(check.reference)
    assert call_back(callback("setup_intent.succeeded", check.reference)).status_code == 204
    assert status(check) == "sent"


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param("", id="none"),
        pytest.param("t=1,v1=0", id="too short"),
        pytest.param("nonsense", id="no form"),
        pytest.param("t=now,v1=abc", id="no time"),
        pytest.param("t=1,v1=\xe9", id="no ASCII"),
        pytest.param(f"t={10**30},v1=abc", id="a time without end"),
        pytest.param(f"t={int(time.time())}", id="a time alone"),
    ],
)
def test_a_forged_signature_is_refused_and_kept_nowhere(check: Check, signature: str) -> None:
    refused = call_back(callback("setup_intent.succeeded", check.reference), signature)
    assert (refused.status_code, refused.json()["code"]) == (400, "callback_refused")
    assert not Callback.objects.exists()
    assert status(check) == "sent"


def test_another_secret_and_another_body_are_refused(check: Check) -> None:
    body = callback("setup_intent.succeeded", check.reference)
    assert call_back(body, signed(body, secret="whsec_other")).status_code == 400
    assert call_back(body + b" ", signed(body)).status_code == 400
    assert status(check) == "sent"


def test_a_recording_older_than_five_minutes_is_refused(check: Check) -> None:
    body = callback("setup_intent.succeeded", check.reference)
    assert call_back(body, signed(body, at=time.time() - 301)).status_code == 400
    assert call_back(body, signed(body, at=time.time() - 290)).status_code == 204


def test_a_callback_replayed_does_nothing_more(check: Check, with_stripe: StripePeer) -> None:
    body = callback("setup_intent.succeeded", check.reference)
    assert [call_back(body).status_code for _ in range(3)] == [204, 204, 204]
    assert (Callback.objects.count(), Proof.objects.count()) == (1, 1)
    asked = len(with_stripe.calls)
    handle_callback.apply(args=(Callback.objects.get().pk,)).get(disable_sync_subtasks=False)
    assert len(with_stripe.calls) == asked


def test_a_callback_for_a_session_that_is_not_ours_is_taken_and_done_with(check: Check) -> None:
    assert call_back(callback("setup_intent.succeeded", "seti_the_products_own")).status_code == 204
    assert Callback.objects.get().handled_at is None  # its session might not be stored yet
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert sweep_callbacks.apply().get(disable_sync_subtasks=False) == 1
        assert sweep_callbacks.apply().get(disable_sync_subtasks=False) == 0
    assert Callback.objects.get().handled_at is not None
    assert status(check) == "sent"


def test_a_callback_that_came_before_its_session_was_stored_is_acted_on_when_it_is(check: Check) -> None:
    reference, check.reference = check.reference, ""
    check.save(update_fields=["reference"])
    call_back(callback("setup_intent.succeeded", reference))
    Check.objects.filter(pk=check.pk).update(reference=reference)
    assert status(check) == "sent"
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        sweep_callbacks.apply().get(disable_sync_subtasks=False)
    assert status(check) == "passed"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"id": "evt_1"}', id="half an event"),
        pytest.param(b'{"id": 1, "type": [], "data": {"object": {"id": null}}}', id="other types"),
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(with_stripe: StripePeer, db: None, body: bytes) -> None:
    assert call_back(body).status_code == 400


@pytest.mark.parametrize("kind", ["customer.created", "payment_intent.succeeded", "radar.early_fraud_warning.updated"])
def test_events_that_nobody_asked_for_are_answered_and_not_kept(with_stripe: StripePeer, db: None, kind: str) -> None:
    assert call_back(callback(kind, "cus_1")).status_code == 204
    assert not Callback.objects.exists()


def test_a_party_that_is_not_there_is_not_found(with_stripe: StripePeer, db: None) -> None:
    assert call_back(callback("setup_intent.succeeded", "seti_1"), path="/v1/callbacks/paypal").status_code == 404


def test_without_a_signing_secret_nothing_is_taken(with_stripe: StripePeer, db: None, settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRET = ""
    body = callback("setup_intent.succeeded", "seti_1")
    assert call_back(body, signed(body, secret="")).status_code == 400


def test_a_body_larger_than_any_event_is_refused(with_stripe: StripePeer, db: None) -> None:
    assert call_back(b'{"a": "' + b"x" * 300_000 + b'"}').status_code in {400, 413}


def test_forgers_are_slowed_and_the_party_is_not(with_stripe: StripePeer, db: None, settings: Settings) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "anonymous": "3/hour"}
    start_anew()
    forged = [call_back(b"{}", "t=1,v1=0").status_code for _ in range(5)]
    assert forged == [400, 400, 400, 429, 429]
    assert call_back(callback("customer.created", "cus_1")).status_code == 204


def test_with_the_party_away_the_sweep_brings_the_callback_again(
    check: Check, with_stripe: StripePeer, settings: Settings
) -> None:
    with_stripe.dispute("dp_1", fingerprint="fp")
    with_stripe.trouble = (503, b"")
    call_back(callback("charge.dispute.created", "dp_1"))
    assert Callback.objects.get().handled_at is None
    with_stripe.trouble = None
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        sweep_callbacks.apply().get(disable_sync_subtasks=False)
    assert Callback.objects.get().handled_at is not None


def test_what_a_callback_calls_for_outlives_a_broker_that_is_emptied(
    check: Check, catch_up: CatchUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as emptied:
        emptied.setattr(settle_session, "apply_async", lambda *_, **__: None)  # word of it is sent, and gone
        assert call_back(callback("setup_intent.succeeded", check.reference)).status_code == 204
    assert Callback.objects.get().handled_at is not None
    assert status(check) == "sent"
    catch_up()
    assert status(check) == "passed"


def test_old_callbacks_are_forgotten(check: Check) -> None:
    call_back(callback("setup_intent.succeeded", check.reference))
    forget.apply().get(disable_sync_subtasks=False)
    assert Callback.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        forget.apply().get(disable_sync_subtasks=False)
    assert not Callback.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_callback_many_times_at_once_passes_the_check_once(
    client_of: Callable[..., APIClient], transactional_db: None, catch_up: CatchUp, with_stripe: StripePeer
) -> None:
    caller = client_of("signups:write", "signups:read")
    signup = post(caller, "/v1/signups", alice()).json()
    post(caller, f"/v1/signups/{signup['id']}/checks", {"kind": "payment"})
    catch_up()
    reference = Check.objects.get().reference
    with_stripe.confirm(reference)
    bodies = [callback("setup_intent.succeeded", reference, id=f"evt_{number % 2}") for number in range(6)]

    def alone(body: bytes) -> int:
        try:
            return int(call_back(body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(alone, bodies)) == {204}
    assert (Callback.objects.count(), Proof.objects.count()) == (2, 1)
    assert Identifier.objects.filter(kind=IdentifierKind.CARD).count() == 1
