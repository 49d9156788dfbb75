"""Cards, shown to Stripe in its own frame in the page: a SetupIntent that is confirmed there and asked about here.

Gatehouse sees what Stripe says of a card and never its number. Nothing is charged.
See https://docs.stripe.com/api/setup_intents and https://docs.stripe.com/payments/save-and-reuse.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import stripe
from stripe.params import SetupIntentCreateParams

from verification.providers.interface import Progress, ProviderUnavailable, Session, SessionResult
from verification.providers.stripe_calls import ACCOUNT, asked

# A card that is set up for payments without the person there is one that its bank has looked at hardest: in Europe it
# asks for 3-D Secure.
USAGE: Final = "off_session"
# What is not in the table is open: the person can go on, or try again after a decline (requires_payment_method).
PROGRESS: Mapping[str, Progress] = {"succeeded": Progress.PASSED, "canceled": Progress.FAILED}


class _Opened(msgspec.Struct, frozen=True):
    id: str
    client_secret: str


class _Checks(msgspec.Struct, frozen=True):
    cvc_check: str | None = None
    address_postal_code_check: str | None = None


class _Card(msgspec.Struct, frozen=True):
    fingerprint: str | None = None
    iin: str | None = None  # the first digits: only told to accounts that Stripe has let see them
    brand: str | None = None
    funding: str | None = None
    country: str | None = None
    checks: _Checks | None = None
    exp_month: int | None = None
    exp_year: int | None = None


class _Method(msgspec.Struct, frozen=True):
    card: _Card | None = None


class _ThreeDSecure(msgspec.Struct, frozen=True):
    result: str | None = None


class _CardDetails(msgspec.Struct, frozen=True):
    three_d_secure: _ThreeDSecure | None = None


class _Details(msgspec.Struct, frozen=True):
    card: _CardDetails | None = None


class _Attempt(msgspec.Struct, frozen=True):
    payment_method_details: _Details | None = None


class _Intent(msgspec.Struct, frozen=True):
    status: str
    payment_method: _Method | None = None
    latest_attempt: _Attempt | None = None


class StripePayment:
    """Cards at one Stripe account."""

    def __init__(self, client: stripe.StripeClient, *, publishable_key: str) -> None:
        self._intents = client.v1.setup_intents
        self._publishable_key = publishable_key

    def open(self, key: str, account_id: str) -> Session:
        """Make a SetupIntent. Stripe gives the same one for the same key within 24 hours, longer than we try."""
        wanted: SetupIntentCreateParams = {
            "usage": USAGE,
            "allowed_payment_method_types": ["card"],  # payment_method_types is refused since 2026-09-30.endive
            "metadata": {ACCOUNT: account_id},
        }
        opened = asked(lambda: self._intents.create(wanted, {"idempotency_key": key}), _Opened)
        return Session(opened.id, {"client_secret": opened.client_secret, "publishable_key": self._publishable_key})

    def result(self, reference: str) -> SessionResult:
        """What came of a SetupIntent, and what Stripe says of the card."""
        intent = asked(
            lambda: self._intents.retrieve(reference, {"expand": ["payment_method", "latest_attempt"]}), _Intent
        )
        progress = PROGRESS.get(intent.status, Progress.OPEN)
        return SessionResult(progress, _told(intent) if progress is Progress.PASSED else {})


def _told(intent: _Intent) -> Mapping[str, Any]:
    """The card in the names of a registration's payment."""
    card = intent.payment_method.card if intent.payment_method else None
    if card is None or card.fingerprint is None:
        raise ProviderUnavailable("stripe: garbled, a card without its fingerprint")
    checks = card.checks or _Checks()
    details = intent.latest_attempt.payment_method_details if intent.latest_attempt else None
    secure = details.card.three_d_secure if details and details.card else None
    return {
        "provider": "stripe",
        "fingerprint": card.fingerprint,
        "bin": card.iin,
        "brand": card.brand,
        "funding": card.funding,
        "issuer_country": card.country,
        "cvc_check": checks.cvc_check,
        "postal_check": checks.address_postal_code_check,
        "three_d_secure": secure.result if secure else None,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
    }
