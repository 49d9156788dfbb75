"""Readers of callbacks understand what others sign, and take nothing that they did not."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue

import pytest
import requests

from tests import local_stripe
from tests.stripe_peer import SIGNATURE, callback, signed
from verification.providers import CALLBACK_READERS, REPORT_SOURCES
from verification.providers.interface import CallbackEvent, ProviderRefused
from verification.providers.stripe_callbacks import REPORTS, SESSIONS, StripeCallbacks

SECRET = "whsec_of_localstripe"
Sent = tuple[bytes, dict[str, str]]


@pytest.fixture
def received() -> Iterator[tuple[str, "Queue[Sent]"]]:
    """An endpoint that keeps what is posted to it, and its address."""
    kept: Queue[Sent] = Queue()

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.put((self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Tests are quiet."""

    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", kept
    server.shutdown()
    server.server_close()


def test_what_localstripe_signs_by_its_own_code_is_read_with_its_secret_alone(
    received: tuple[str, "Queue[Sent]"],
) -> None:
    address, kept = received
    with local_stripe.running() as localstripe:
        hook = {"url": address, "secret": SECRET}
        requests.post(f"{localstripe}/_config/webhooks/ours", json=hook, timeout=5).raise_for_status()
        key = {"Authorization": f"Bearer {local_stripe.SECRET_KEY}"}
        requests.post(f"{localstripe}/v1/customers", data={"name": "A"}, headers=key, timeout=5).raise_for_status()
        body, headers = kept.get(timeout=10)
    assert b"customer.created" in body
    assert StripeCallbacks(SECRET).read(body, headers) is None  # theirs, and about nothing that concerns us
    with pytest.raises(ProviderRefused):
        StripeCallbacks("whsec_other").read(body, headers)


@pytest.mark.parametrize("kind", sorted(SESSIONS | REPORTS))
def test_every_event_that_is_asked_for_is_told_with_what_it_is_about(kind: str) -> None:
    body = callback(kind, "ref_1", id="evt_1")
    told = StripeCallbacks(SECRET).read(body, {SIGNATURE: signed(body, secret=SECRET)})
    assert told == CallbackEvent("evt_1", kind, "ref_1", reports=kind in REPORTS)


def test_who_calls_back_of_payments_can_be_asked_about_them() -> None:
    assert set(REPORT_SOURCES) <= set(CALLBACK_READERS)
