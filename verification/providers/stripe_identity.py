"""Documents, shown to Stripe Identity: a VerificationSession that the person walks through there.

All that Gatehouse takes is whether it was passed. No name, number, nationality or date of the document is asked for, so
none can be stored, and no rule can look at it. Stripe gives nothing by which one document could be known again without
them, so Gatehouse does not try to.
See https://docs.stripe.com/identity/how-sessions-work.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import stripe

from verification.providers.interface import Progress, Session, SessionResult
from verification.providers.stripe_calls import ACCOUNT, asked

# `requires_input` is open: not begun, or a photograph that could not be read, and the person may try again. So is
# `processing`; Stripe calls back when it is done.
PROGRESS: Mapping[str, Progress] = {"verified": Progress.PASSED, "canceled": Progress.FAILED}


class _Verification(msgspec.Struct, frozen=True):
    id: str
    status: str
    client_secret: str | None = None
    url: str | None = None


class StripeIdentity:
    """Documents at one Stripe account."""

    def __init__(self, client: stripe.StripeClient, *, publishable_key: str) -> None:
        self._sessions = client.v1.identity.verification_sessions
        self._publishable_key = publishable_key

    def open(self, key: str, account_id: str) -> Session:
        """Make a session of type document. Stripe gives the same one for the same key within 24 hours."""
        opened = asked(
            lambda: self._sessions.create(
                {"type": "document", "metadata": {ACCOUNT: account_id}}, {"idempotency_key": key}
            ),
            _Verification,
        )
        return Session(opened.id, self._shown(opened))

    def result(self, reference: str) -> SessionResult:
        """What came of a session. What leads there is for one use: while it can be tried again, it comes anew."""
        session = asked(lambda: self._sessions.retrieve(reference), _Verification)
        again = self._shown(session) if session.status == "requires_input" else None
        return SessionResult(PROGRESS.get(session.status, Progress.OPEN), shown=again)

    def _shown(self, session: _Verification) -> Mapping[str, Any]:
        return {
            "client_secret": session.client_secret,
            "url": session.url,
            "publishable_key": self._publishable_key,
        }
