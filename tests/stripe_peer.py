"""Stripe as its documentation tells of it, on this machine, for what localstripe does not have.

Idempotency keys, attempts with 3-D Secure, Stripe Identity, disputes and early fraud warnings; and trouble: slow, busy,
garbled, a key that is refused. https://docs.stripe.com/api.
"""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from stripe import WebhookSignature

SECRET_KEY = "sk_test_gatehouse"
WEBHOOK_SECRET = "whsec_gatehouse"
SIGNATURE = "Stripe-Signature"

CARD: dict[str, Any] = {
    "brand": "visa",
    "country": "US",
    "funding": "credit",
    "fingerprint": "Xt5EWLLDS7FJjR1c",
    "last4": "4242",
    "checks": {"address_line1_check": None, "address_postal_code_check": "pass", "cvc_check": "pass"},
}


@dataclass
class StripePeer:
    """What is stored by path, what was called, and what is wrong with it today."""

    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_key: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent: list[dict[str, list[str]]] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    slow_seconds: float = 0.0
    trouble: tuple[int, bytes] | None = None  # this status and body, whatever is asked
    address: str = ""

    def confirm(self, reference: str, *, three_d_secure: str | None = None, **card: Any) -> None:
        """What Stripe.js does when the person's card is accepted."""
        secure = {"result": three_d_secure, "version": "2.2.0"} if three_d_secure else None
        self._update(
            f"/v1/setup_intents/{reference}",
            status="succeeded",
            payment_method={"id": "pm_1", "object": "payment_method", "type": "card", "card": {**CARD, **card}},
            latest_attempt={
                "id": "setatt_1",
                "object": "setup_attempt",
                "status": "succeeded",
                "payment_method_details": {"type": "card", "card": {"three_d_secure": secure}},
            },
        )

    def decline(self, reference: str) -> None:
        """The bank says no: the intent is back where it was, and can be tried again."""
        error = {"code": "card_declined", "decline_code": "generic_decline", "type": "card_error"}
        self._update(f"/v1/setup_intents/{reference}", status="requires_payment_method", last_setup_error=error)

    def cancel(self, reference: str) -> None:
        """From the dashboard."""
        for path in [path for path in self.objects if path.endswith(f"/{reference}")]:
            self._update(path, status="canceled")

    def identity(self, reference: str, status: str, **changes: Any) -> None:
        """A VerificationSession comes to a status."""
        self._update(f"/v1/identity/verification_sessions/{reference}", status=status, **changes)

    def dispute(self, reference: str, *, fingerprint: str, **changes: Any) -> None:
        """A dispute of a charge of the card."""
        charge = _charge(fingerprint, changes.pop("metadata", {}))
        dispute = {"reason": "fraudulent", "status": "needs_response", "charge": charge, **changes}
        self.objects[f"/v1/disputes/{reference}"] = _object(reference, "dispute", **dispute)

    def warn(self, reference: str, *, fingerprint: str) -> None:
        """An early fraud warning for a charge of the card."""
        self.objects[f"/v1/radar/early_fraud_warnings/{reference}"] = _object(
            reference,
            "radar.early_fraud_warning",
            fraud_type="unauthorized_use_of_card",
            charge=_charge(fingerprint, {}),
        )

    def _update(self, path: str, **changes: Any) -> None:
        self.objects[path].update(changes)


def _object(reference: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"id": reference, "object": kind, "created": int(time.time()), "livemode": False, **fields}


def _charge(fingerprint: str, metadata: dict[str, str]) -> dict[str, Any]:
    card = {**CARD, "fingerprint": fingerprint}
    details = {"type": "card", "card": card}
    return _object("ch_1", "charge", payment_method_details=details, metadata=metadata)


def callback(kind: str, reference: str, **changes: Any) -> bytes:
    """The body of a webhook."""
    event = {"data": {"object": {"id": reference, "object": kind.rpartition(".")[0]}}, "type": kind, **changes}
    return json.dumps(_object(f"evt_{uuid.uuid4().hex}", "event") | event).encode()


def signed(body: bytes, *, secret: str = WEBHOOK_SECRET, at: float | None = None) -> str:
    """Its signature, by Stripe's own code."""
    header: str = WebhookSignature.generate_signature_header(body.decode(), secret, int(at or time.time()))
    return header


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, peer: StripePeer, *args: Any) -> None:
        self.peer = peer
        super().__init__(*args)

    def log_message(self, *args: Any, **kwargs: Any) -> None:
        """Tests are quiet."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        found = self.peer.objects.get(path)
        missing = {"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No such object"}}
        self._answer("GET", 200 if found else 404, found or missing)

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if "payment_method_types[0]" in sent:
            error = {"type": "invalid_request_error", "code": "payment_method_types_no_longer_supported"}
            self._answer("POST", 400, {"error": error})
            return
        key = self.headers["Idempotency-Key"]
        if key not in self.peer.by_key:
            self.peer.sent.append(sent)
            self.peer.by_key[key] = self._made(sent)
        self._answer("POST", 200, self.peer.by_key[key])

    def _made(self, sent: dict[str, list[str]]) -> dict[str, Any]:
        if self.path == "/v1/setup_intents":
            made = _object(f"seti_{uuid.uuid4().hex}", "setup_intent", status="requires_payment_method")
            made |= {"payment_method": None, "latest_attempt": None, "client_secret": f"{made['id']}_secret_1"}
        else:
            made = _object(f"vs_{uuid.uuid4().hex}", "identity.verification_session", status="requires_input")
            made |= {"client_secret": f"{made['id']}_secret_1", "url": f"https://verify.stripe.com/start/{made['id']}"}
            made |= {"type": sent["type"][0], "last_error": None}
        self.peer.objects[f"{self.path}/{made['id']}"] = made
        return made

    def _answer(self, method: str, status: int, body: dict[str, Any]) -> None:
        self.peer.calls.append((method, self.path))
        time.sleep(self.peer.slow_seconds)
        authorized = self.headers["Authorization"] == f"Bearer {SECRET_KEY}"
        if not authorized:
            status, body = 401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided"}}
        told = self.peer.trouble or (status, json.dumps(body).encode())
        self.send_response(told[0])
        self.send_header("Content-Length", str(len(told[1])))
        self.end_headers()
        self.wfile.write(told[1])


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: Any) -> None:
        """Who gave up waiting has hung up: that is what some tests are about."""


@contextmanager
def serving_stripe() -> Iterator[StripePeer]:
    """The peer on a free port for as long as the block runs."""
    peer = StripePeer()
    server = _Server(("127.0.0.1", 0), partial(_Handler, peer))
    peer.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
