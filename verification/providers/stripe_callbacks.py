"""Reads what Stripe calls back: its signature, its age, and what it tells of.

Nothing but the event's name, type and the name of its object is taken; Stripe is asked for the rest.
See https://docs.stripe.com/webhooks and https://docs.stripe.com/webhooks/signature.
"""

from collections.abc import Mapping

import msgspec
from stripe import SignatureVerificationError, WebhookSignature

from verification.providers.interface import CallbackEvent, ProviderRefused

TOLERANCE_SECONDS = 300  # Stripe's own: signed longer ago than this it is somebody's recording
# What is not here concerns nobody; docs/production.md tells which events to have Stripe send.
SESSIONS = frozenset(
    {
        "setup_intent.succeeded",
        "setup_intent.setup_failed",
        "setup_intent.canceled",
        "identity.verification_session.verified",
        "identity.verification_session.requires_input",
        "identity.verification_session.canceled",
    }
)
REPORTS = frozenset({"radar.early_fraud_warning.created", "charge.dispute.created", "charge.dispute.closed"})


class _Object(msgspec.Struct, frozen=True):
    id: str


class _Data(msgspec.Struct, frozen=True):
    object: _Object


class _Event(msgspec.Struct, frozen=True):
    id: str
    type: str
    data: _Data


class StripeCallbacks:
    """The webhook endpoint of one Stripe account."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def read(self, body: bytes, headers: Mapping[str, str]) -> CallbackEvent | None:
        """The event, if its type is one that we ask for."""
        try:
            WebhookSignature.verify_header(body, headers.get("Stripe-Signature"), self._secret, TOLERANCE_SECONDS)
            event = msgspec.json.decode(body, type=_Event)
        except SignatureVerificationError:
            raise ProviderRefused("signature") from None
        except (msgspec.MsgspecError, ValueError, TypeError) as error:  # TypeError: a signature that is not ASCII
            raise ProviderRefused(type(error).__name__) from None
        if event.type in SESSIONS | REPORTS:
            return CallbackEvent(event.id, event.type, event.data.object.id, reports=event.type in REPORTS)
        return None
