"""Every party that sessions are held at, real and offline, keeps the same promises. Real ones speak to peers here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests import local_stripe
from tests.stripe_peer import CARD, SECRET_KEY, StripePeer
from verification.providers import stripe_calls
from verification.providers.interface import Progress, ProviderRefused, ProviderUnavailable, SessionProvider
from verification.providers.offline_sessions import CARDS, DOCUMENTS, OfflineSessions, choose
from verification.providers.stripe_identity import StripeIdentity
from verification.providers.stripe_payment import StripePayment

SECRETS = ("sk_test", "whsec_")


@dataclass
class Held:
    """A party, and what a person does there."""

    provider: SessionProvider
    passes: Callable[[str], Any]
    cancels: Callable[[str], Any] | None = None
    stumbles: Callable[[str], Any] | None = None  # a try that failed, after which there is another


@pytest.fixture
def stripe_payment(stripe: StripePeer) -> Held:
    provider = StripePayment(stripe_calls.client(SECRET_KEY, stripe.address), publishable_key="pk_test_1")
    return Held(provider, stripe.confirm, stripe.cancel, stripe.decline)


@pytest.fixture
def stripe_identity(stripe: StripePeer) -> Held:
    provider = StripeIdentity(stripe_calls.client(SECRET_KEY, stripe.address), publishable_key="pk_test_1")
    error = {"code": "document_unverified_other", "reason": "blurred"}
    return Held(
        provider,
        lambda reference: stripe.identity(reference, "verified"),
        stripe.cancel,
        lambda reference: stripe.identity(reference, "requires_input", last_error=error),
    )


@pytest.fixture(scope="module")
def localstripe() -> Iterator[str]:
    with local_stripe.running() as address:
        yield address


@pytest.fixture
def localstripe_payment(localstripe: str) -> Held:
    client = stripe_calls.client(local_stripe.SECRET_KEY, localstripe)
    provider = StripePayment(client, publishable_key=local_stripe.PUBLISHABLE_KEY)

    def passes(reference: str) -> None:
        secret = str(client.v1.setup_intents.retrieve(reference).client_secret)
        assert local_stripe.confirm(localstripe, reference, secret).ok

    return Held(provider, passes, client.v1.setup_intents.cancel)


@pytest.fixture
def offline_payment() -> Held:
    return Held(
        OfflineSessions(CARDS),
        lambda reference: choose(reference, "visa"),
        lambda reference: choose(reference, "canceled"),
        lambda reference: choose(reference, "declined"),
    )


@pytest.fixture
def offline_document() -> Held:
    return Held(
        OfflineSessions(DOCUMENTS),
        lambda reference: choose(reference, "verified"),
        lambda reference: choose(reference, "canceled"),
        lambda reference: choose(reference, "unreadable"),
    )


ALL = ["stripe_payment", "stripe_identity", "localstripe_payment", "offline_payment", "offline_document"]
DOCUMENTED = [name for name in ALL if name != "localstripe_payment"]  # it has no keys, and no second try
REAL = ["stripe_payment", "stripe_identity"]


@pytest.fixture(params=ALL)
def held(request: pytest.FixtureRequest) -> Held:
    found: Held = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=REAL)
def real(request: pytest.FixtureRequest) -> Held:
    found: Held = request.getfixturevalue(request.param)
    return found


def test_a_session_opens_with_what_leads_there_and_no_secret_of_ours(held: Held) -> None:
    session = held.provider.open("key-1", "acct_alice")
    assert session.reference
    assert session.shown
    assert not [value for value in session.shown.values() if str(value).startswith(SECRETS)]
    assert held.provider.result(session.reference).progress is Progress.OPEN


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_same_key_opens_the_same_session_and_another_another(request: pytest.FixtureRequest, name: str) -> None:
    held: Held = request.getfixturevalue(name)
    first, again, other = (held.provider.open(key, "acct_alice") for key in ("key-1", "key-1", "key-2"))
    assert first == again
    assert other.reference != first.reference


def test_what_a_person_passes_is_passed(held: Held) -> None:
    session = held.provider.open("key-3", "acct_alice")
    held.passes(session.reference)
    assert held.provider.result(session.reference).progress is Progress.PASSED


def test_what_is_cancelled_is_failed(held: Held) -> None:
    assert held.cancels
    session = held.provider.open("key-4", "acct_alice")
    held.cancels(session.reference)
    assert held.provider.result(session.reference).progress is Progress.FAILED


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_try_that_failed_leaves_another(request: pytest.FixtureRequest, name: str) -> None:
    held: Held = request.getfixturevalue(name)
    assert held.stumbles
    session = held.provider.open("key-5", "acct_alice")
    held.stumbles(session.reference)
    assert held.provider.result(session.reference).progress is Progress.OPEN
    held.passes(session.reference)
    assert held.provider.result(session.reference).progress is Progress.PASSED


def test_a_session_that_nobody_opened_is_refused(held: Held) -> None:
    for reference in ("seti_nobodys", "offline_nobodys", "../customers/cus_1", "x" * 200):
        with pytest.raises(ProviderRefused):
            held.provider.result(reference)


def test_a_party_that_is_gone_is_away(real: Held, stripe: StripePeer) -> None:
    session = real.provider.open("key-6", "acct_alice")
    stripe.trouble = (503, b"<html>bad gateway</html>")
    for call in (lambda: real.provider.open("key-7", "a"), lambda: real.provider.result(session.reference)):
        with pytest.raises(ProviderUnavailable):
            call()


@pytest.mark.parametrize("maker", [StripePayment, StripeIdentity])
def test_a_party_that_nobody_can_reach_is_away(maker: Callable[..., SessionProvider]) -> None:
    provider = maker(stripe_calls.client(SECRET_KEY, "http://127.0.0.1:1"), publishable_key="pk_test_1")
    with pytest.raises(ProviderUnavailable):
        provider.open("key-8", "acct_alice")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, b"", id="nothing"),
        pytest.param(200, b"<html>", id="a page"),
        pytest.param(200, b"\xff\xfe", id="no text"),
        pytest.param(200, b"[]", id="a list"),
        pytest.param(200, b"null", id="null"),
        pytest.param(200, b"{}", id="an empty object"),
        pytest.param(200, b'{"id": 7, "status": ["succeeded"], "client_secret": {}}', id="other types"),
        pytest.param(200, b'{"id": "seti_1", "status": "succeeded", "payment_method": "pm_1"}', id="not expanded"),
        pytest.param(400, b"{}", id="an error without its form"),
        pytest.param(429, b'{"error": {"message": "slow down"}}', id="busy"),
        pytest.param(500, b'{"error": {"message": "oops"}}', id="broken"),
        pytest.param(401, b'{"error": {"message": "Invalid API Key"}}', id="our key is refused"),
        pytest.param(403, b'{"error": {"message": "not allowed"}}', id="our key may not"),
        pytest.param(409, b'{"error": {"code": "idempotency_key_in_use"}}', id="the first try is still at work"),
    ],
)
def test_what_cannot_be_read_or_passes_by_is_no_verdict(
    real: Held, stripe: StripePeer, status: int, body: bytes
) -> None:
    stripe.trouble = (status, body)
    if b"seti_1" not in body:
        with pytest.raises(ProviderUnavailable):
            real.provider.open("key-9", "acct_alice")
    if isinstance(real.provider, StripePayment):
        with pytest.raises(ProviderUnavailable):
            real.provider.result("seti_1")


def test_a_no_to_this_very_call_is_a_refusal(real: Held, stripe: StripePeer) -> None:
    stripe.trouble = (400, b'{"error": {"type": "invalid_request_error", "code": "account_invalid"}}')
    with pytest.raises(ProviderRefused, match="stripe 400 account_invalid"):
        real.provider.open("key-10", "acct_alice")


def test_a_slow_party_is_waited_for_so_long_and_not_asked_again(
    real: Held, stripe: StripePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_calls, "ANSWER_SECONDS", 0.2)
    client = stripe_calls.client(SECRET_KEY, stripe.address)
    stripe.slow_seconds = 1.0
    with pytest.raises(ProviderUnavailable):
        type(real.provider)(client, publishable_key="pk_test_1").open("key-11", "acct_alice")  # type: ignore[call-arg] # each maker takes these
    assert len(stripe.calls) == 1


def test_stripe_is_told_the_accounts_id_and_nothing_else_of_the_person(real: Held, stripe: StripePeer) -> None:
    real.provider.open("key-12", "acct_alice")
    (sent,) = stripe.sent
    assert sent["metadata[gatehouse_account]"] == ["acct_alice"]
    assert set(sent) <= {"usage", "allowed_payment_method_types[0]", "type", "metadata[gatehouse_account]"}


def test_a_card_is_told_as_a_registration_has_it(stripe_payment: Held, stripe: StripePeer) -> None:
    session = stripe_payment.provider.open("key-13", "acct_alice")
    shown = {"funding": "prepaid", "exp_month": 12, "exp_year": 2030}
    stripe.confirm(session.reference, three_d_secure="authenticated", **shown)
    assert stripe_payment.provider.result(session.reference).told == {
        "provider": "stripe",
        "fingerprint": CARD["fingerprint"],
        "bin": None,
        "brand": "visa",
        "funding": "prepaid",
        "issuer_country": "US",
        "cvc_check": "pass",
        "postal_check": "pass",
        "three_d_secure": "authenticated",
        "exp_month": 12,
        "exp_year": 2030,
    }


def test_a_document_tells_nothing_but_that_it_was_passed(stripe_identity: Held, stripe: StripePeer) -> None:
    session = stripe_identity.provider.open("key-14", "acct_alice")
    outputs = {"first_name": "Alice", "dob": {"year": 1990}, "id_number": "123", "address": {"country": "DE"}}
    stripe.identity(session.reference, "verified", verified_outputs=outputs)
    result = stripe_identity.provider.result(session.reference)
    assert (result.told, result.shown) == ({}, None)


def test_what_leads_to_a_document_session_comes_anew_for_another_try(stripe_identity: Held, stripe: StripePeer) -> None:
    session = stripe_identity.provider.open("key-15", "acct_alice")
    stripe.identity(session.reference, "requires_input", client_secret="vs_secret_2")
    shown = stripe_identity.provider.result(session.reference).shown
    assert shown is not None
    assert shown["client_secret"] == "vs_secret_2"
