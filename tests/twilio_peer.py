"""Twilio on this machine: Lookup v2, in its forms and its errors, and in several moods."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

NOT_FOUND = {"code": 20404, "message": "The requested resource was not found", "status": 404}
LINE: dict[str, Any] = {
    "mobile_country_code": "310",
    "mobile_network_code": "456",
    "carrier_name": "T-Mobile USA, Inc.",
    "type": "nonFixedVoip",
    "error_code": None,
}
SWAP: dict[str, Any] = {
    "last_sim_swap": {
        "last_sim_swap_date": "2026-11-01T10:18:50Z",
        "swapped_period": "PT48H",
        "swapped_in_period": False,
    },
    "carrier_name": "Vodafone UK",
    "error_code": None,
}
REASSIGNED: dict[str, Any] = {"last_verified_date": "2026-08-25", "is_number_reassigned": "yes", "error_code": None}
PUMPING: dict[str, Any] = {
    "carrier_risk_category": "high",
    "number_blocked": True,
    "sms_pumping_risk_score": 92,
    "error_code": None,
}
NUMBER: dict[str, Any] = {
    "calling_country_code": "1",
    "country_code": "US",
    "phone_number": "+14155552671",
    "national_format": "(415) 555-2671",
    "valid": True,
    "validation_errors": [],
    "line_type_intelligence": LINE,
    "sim_swap": SWAP,
    "reassigned_number": REASSIGNED,
    "sms_pumping_risk": PUMPING,
}


class Mood(StrEnum):
    """How the peer takes a call."""

    WELL = "well"
    SLOW = "slow"  # it answers nothing until it is stopped
    GARBLED = "garbled"
    NO_OBJECT = "no object"  # JSON, but not an object
    BUSY = "busy"  # 429
    FAILING = "failing"  # 503
    LOCKED = "locked"  # 401


ANSWERS: Mapping[Mood, tuple[int, bytes]] = {
    Mood.GARBLED: (200, b'{"phone_number": "+1415\xff\xfe'),
    Mood.NO_OBJECT: (200, b"[1, 2]"),
    Mood.BUSY: (429, json.dumps({"code": 20429, "message": "Too many requests", "status": 429}).encode()),
    Mood.FAILING: (503, b"<html>upstream</html>"),
    Mood.LOCKED: (401, json.dumps({"code": 20003, "message": "Authenticate", "status": 401}).encode()),
}


@dataclass
class TwilioPeer:
    """Knows one number unless told otherwise; notes the packages and dates it was asked for."""

    mood: Mood = Mood.WELL
    numbers: dict[str, dict[str, Any]] = field(default_factory=lambda: {"+14155552671": NUMBER})
    asked: list[dict[str, str]] = field(default_factory=list)
    port: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self.stopping.clear()
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, number: str, fields: str) -> tuple[int, bytes]:
        if self.mood is not Mood.WELL:
            return ANSWERS[self.mood]
        if number not in self.numbers:
            return 404, json.dumps(NOT_FOUND).encode()
        packages = {"line_type_intelligence", "sim_swap", "reassigned_number", "sms_pumping_risk"} - set(
            fields.split(",")
        )
        return 200, json.dumps({**self.numbers[number], **dict.fromkeys(packages)}).encode()


def _handler(peer: TwilioPeer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            peer.asked.append(query)
            if peer.mood is Mood.SLOW:
                peer.stopping.wait(30)
                return
            status, body = peer.answer(unquote(address.path.rsplit("/", 1)[1]), query.get("Fields", ""))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    return Handler


@contextmanager
def twilio_peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[TwilioPeer]:
    """A peer that the SDK's own requests go to, instead of to Twilio."""
    peer = TwilioPeer()
    peer.start()
    really = TwilioHttpClient.request

    def here(self: TwilioHttpClient, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        address = url.replace("https://lookups.twilio.com", f"http://127.0.0.1:{peer.port}")
        return really(self, method, address, *args, **kwargs)

    monkeypatch.setattr(TwilioHttpClient, "request", here)
    try:
        yield peer
    finally:
        if peer._thread.is_alive():
            peer.stop()
