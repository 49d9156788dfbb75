"""Every carrier of codes, real and offline, keeps the same promises. The real ones speak to a peer on this machine."""

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings
from rest_framework.test import APIClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from tests.cast import alice
from tests.conftest import post, seen_by_page
from tiers.ladder import CheckKind
from verification.models import Check, InboxMessage
from verification.providers import CODE_PROVIDERS, code_provider, twilio_verify
from verification.providers.interface import (
    CodeMessage,
    CodeProvider,
    ProviderRefused,
    ProviderUnavailable,
    ValueUnavailable,
)
from verification.providers.mail import MailProvider
from verification.providers.offline import OfflineProvider
from verification.providers.twilio_verify import TwilioVerifyProvider
from verification.states import CheckStatus
from verification.tasks.retrying import CODES

LONGEST_SECONDS = 6.0  # that a party without an answer holds a worker up


@dataclass
class Peer:
    """Whoever is on the other side: what arrived, and how it behaves."""

    provider: CodeProvider
    to: str
    arrived: Callable[[], list[tuple[str, str]]]  # recipient and code
    refuse: Callable[[], None]
    vanish: Callable[[], None] | None = None
    slow: Callable[[], None] | None = None
    garble: Callable[[], None] | None = None


@dataclass
class MailServer:
    """A mail server that keeps what it is given."""

    got: list[tuple[str, str]] = field(default_factory=list)
    refusing: bool = False
    busy: int = 0  # how many times it asks to come again first
    slow: bool = False  # it answers no more
    garbled: bool = False  # it answers, but not in the protocol

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if self.slow:
            await asyncio.sleep(30)
        if self.garbled:
            return "\x00\x01 nonsense"
        if self.busy:
            self.busy -= 1
            return "451 come again in a while"
        if self.refusing:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        del server, session
        code = re.search(rb"Your code is (\d{6})", envelope.original_content or b"")
        assert code
        self.got.append((envelope.rcpt_tos[0], code[1].decode()))
        return "250 OK"


@pytest.fixture(autouse=True)
def fresh_providers() -> Iterator[None]:
    """Whom a test chose is forgotten after it."""
    code_provider.cache_clear()
    yield
    code_provider.cache_clear()


@pytest.fixture
def mail_server() -> MailServer:
    return MailServer()


@pytest.fixture
def mail(settings: Settings, mail_server: MailServer) -> Iterator[Peer]:
    server = mail_server
    port = _free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "verification.providers.smtp_backend.CarefulBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 2
    yield Peer(
        MailProvider(),
        "jane@example.com",
        lambda: server.got,
        lambda: setattr(server, "refusing", True),
        controller.stop,
        lambda: setattr(server, "slow", True),
        lambda: setattr(server, "garbled", True),
    )
    if controller.loop.is_running():
        controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
    return port


class TwilioPeer(BaseHTTPRequestHandler):
    """The two calls of Twilio's Verify v2 that we make, with its forms and its errors."""

    got: ClassVar[list[tuple[str, str]]] = []
    approved: ClassVar[list[str]] = []
    channels: ClassVar[list[str]] = []
    refusing: ClassVar[bool] = False
    slow: ClassVar[threading.Event | None] = None  # until it is set, nothing is answered
    answering: ClassVar[tuple[int, bytes] | None] = None  # this, to whatever comes

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if TwilioPeer.slow is not None:
            TwilioPeer.slow.wait(30)
        elif TwilioPeer.answering is not None:
            self._send(*TwilioPeer.answering)
        elif not self.path.startswith("/v2/Services/VA0/Verifications"):
            self._answer(404, {"code": 20404, "message": "not found", "status": 404})
        elif TwilioPeer.refusing:
            self._answer(400, {"code": 60200, "message": "Invalid parameter `To`", "status": 400})
        elif "Status" in sent:
            TwilioPeer.approved.append(self.path.rsplit("/", 1)[1])
            self._answer(200, {"sid": "VE0", "status": "approved"})
        else:
            TwilioPeer.got.append((sent["To"][0], sent["CustomCode"][0]))
            TwilioPeer.channels.append(sent["Channel"][0])
            self._answer(201, {"sid": "VE0", "status": "pending", "to": sent["To"][0]})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def twilio(monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    TwilioPeer.got, TwilioPeer.approved, TwilioPeer.channels, TwilioPeer.refusing = [], [], [], False
    TwilioPeer.slow = TwilioPeer.answering = None
    held = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), TwilioPeer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    really = TwilioHttpClient.request

    def here(self: TwilioHttpClient, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """The SDK's own request, to the peer instead of to Twilio."""
        return really(self, method, url.replace("https://verify.twilio.com", address), *args, **kwargs)

    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(TwilioHttpClient, "request", here)

    def stop() -> None:
        held.set()
        server.shutdown()
        server.server_close()

    yield Peer(
        TwilioVerifyProvider(account_sid="AC0", auth_token="x", service_sid="VA0"),
        "+14155552671",
        lambda: TwilioPeer.got,
        lambda: setattr(TwilioPeer, "refusing", True),
        stop,
        lambda: setattr(TwilioPeer, "slow", held),
        lambda: setattr(TwilioPeer, "answering", (201, b'{"sid": "VE0", \xff')),
    )
    stop()


@pytest.fixture
def offline(db: None) -> Peer:
    peer = Peer(
        OfflineProvider("email"), "jane@example.com", _inbox, lambda: setattr(peer, "to", "undeliverable@x.org")
    )
    return peer


def _inbox() -> list[tuple[str, str]]:
    return [(row.message["to"], row.message["code"]) for row in InboxMessage.objects.order_by("pk")]


@pytest.fixture(params=["mail", "twilio", "offline"])
def peer(request: pytest.FixtureRequest, db: None) -> Peer:
    found: Peer = request.getfixturevalue(request.param)
    return found


def test_a_code_arrives_as_it_was_given(peer: Peer) -> None:
    peer.provider.send(CodeMessage("check-1-1", peer.to, "012345"))
    assert peer.arrived() == [(peer.to, "012345")]


def test_what_will_never_be_sent_is_refused(peer: Peer) -> None:
    peer.refuse()
    with pytest.raises(ProviderRefused):
        peer.provider.send(CodeMessage("check-1-1", peer.to, "012345"))
    assert peer.arrived() == []


@pytest.mark.parametrize("name", ["mail", "twilio"])
def test_a_provider_that_is_away_says_that_nothing_was_sent(request: pytest.FixtureRequest, name: str) -> None:
    peer: Peer = request.getfixturevalue(name)
    assert peer.vanish
    peer.vanish()
    with pytest.raises(ProviderUnavailable):
        peer.provider.send(CodeMessage("check-1-1", peer.to, "012345"))


@pytest.mark.parametrize("harm", ["slow", "garble"])
@pytest.mark.parametrize("name", ["mail", "twilio"])
def test_a_provider_that_is_slow_or_garbled_is_away_within_a_bounded_time(
    request: pytest.FixtureRequest, name: str, harm: str
) -> None:
    peer: Peer = request.getfixturevalue(name)
    getattr(peer, harm)()
    begun = time.monotonic()
    with pytest.raises(ProviderUnavailable):
        peer.provider.send(CodeMessage("check-1-1", peer.to, "012345"))
    assert time.monotonic() - begun < LONGEST_SECONDS


@pytest.mark.parametrize(
    ("channel", "twilios"), [("", "sms"), ("sms", "sms"), ("voice", "call"), ("whatsapp", "whatsapp")]
)
def test_twilio_carries_a_code_the_way_that_was_asked_for(twilio: Peer, channel: str, twilios: str) -> None:
    twilio.provider.send(CodeMessage("check-1-1", twilio.to, "012345", channel))
    assert TwilioPeer.channels == [twilios]


def test_a_way_that_twilio_does_not_have_is_refused(twilio: Peer) -> None:
    with pytest.raises(ProviderRefused):
        twilio.provider.send(CodeMessage("check-1-1", twilio.to, "012345", "pigeon"))


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        pytest.param(429, 20429, ProviderUnavailable, id="load"),
        pytest.param(503, 20503, ProviderUnavailable, id="a fault"),
        pytest.param(401, 20003, ProviderUnavailable, id="a wrong token, put right one day"),
        pytest.param(429, 60203, ValueUnavailable, id="too many codes for this number"),
        pytest.param(403, 60410, ProviderRefused, id="blocked for fraud"),
    ],
)
def test_what_twilio_says_of_one_number_is_told_from_what_it_says_of_itself(
    twilio: Peer, status: int, code: int, expected: type[Exception]
) -> None:
    body = {"code": code, "message": "", "status": status}
    TwilioPeer.answering = (status, json.dumps(body).encode())
    with pytest.raises(expected) as told:
        twilio.provider.send(CodeMessage("check-1-1", twilio.to, "012345"))
    assert type(told.value) is expected


def test_a_mailbox_that_asks_to_come_again_does_not_count_against_the_mail_server(
    mail: Peer, mail_server: MailServer
) -> None:
    mail_server.busy = 1
    with pytest.raises(ValueUnavailable):
        mail.provider.send(CodeMessage("check-1-1", mail.to, "012345"))


def test_hearing_that_the_code_was_right_is_no_error(peer: Peer) -> None:
    peer.provider.send(CodeMessage("check-1-1", peer.to, "012345"))
    peer.provider.passed(peer.to)


def test_twilio_is_told_which_codes_were_right(twilio: Peer) -> None:
    twilio.provider.passed(twilio.to)
    assert TwilioPeer.approved == ["+14155552671"]


def test_a_mailbox_that_asks_to_come_again_is_no_refusal(mail: Peer, mail_server: MailServer) -> None:
    mail_server.busy = 1
    with pytest.raises(ProviderUnavailable):
        mail.provider.send(CodeMessage("check-1-1", mail.to, "012345"))
    mail.provider.send(CodeMessage("check-1-2", mail.to, "012345"))
    assert mail.arrived() == [(mail.to, "012345")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("busy", "arrived", "status"),
    [
        pytest.param(2, 1, CheckStatus.SENT, id="comes back"),
        pytest.param(9, 0, CheckStatus.UNDELIVERED, id="stays away"),
    ],
)
def test_a_code_is_tried_five_times_while_the_provider_is_away_and_no_more(
    mail: Peer,
    mail_server: MailServer,
    shop: APIClient,
    catch_up: Callable[[], int],
    settings: Settings,
    *,
    busy: int,
    arrived: int,
    status: CheckStatus,
) -> None:
    settings.PROVIDERS = {**settings.PROVIDERS, "email": "django"}
    code_provider.cache_clear()
    mail_server.busy = busy
    signup = post(shop, "/v1/signups", alice()).json()
    post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "email"})
    catch_up()
    code_provider.cache_clear()
    assert len(mail.arrived()) == arrived
    assert Check.objects.get().status == status
    assert mail_server.busy == max(0, busy - CODES.tries)


@pytest.mark.django_db
@pytest.mark.parametrize("harm", ["slow", "garble"])
def test_a_signup_goes_on_while_the_phone_provider_is_slow_or_garbled_and_a_code_comes_when_asked_for_again(
    twilio: Peer,
    shop: APIClient,
    page: APIClient,
    catch_up: Callable[[], int],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    *,
    harm: str,
) -> None:
    monkeypatch.setattr(twilio_verify, "TIMEOUT_SECONDS", 0.3)
    monkeypatch.setitem(CODE_PROVIDERS, (CheckKind.PHONE, "twilio"), _fresh_twilio)
    settings.PROVIDERS = {**settings.PROVIDERS, "phone": "twilio"}
    code_provider.cache_clear()
    getattr(twilio, harm)()
    signup = post(shop, "/v1/signups", seen_by_page(page)).json()
    assert signup["outcome"] == "allow"
    asked = {"kind": "phone", "channel": "voice"}
    post(shop, f"/v1/signups/{signup['id']}/checks", asked)
    catch_up()
    assert Check.objects.get().status == CheckStatus.SENT, "it may be out: nobody gets two for one request"

    TwilioPeer.slow = TwilioPeer.answering = None
    before = len(twilio.arrived())
    assert post(shop, f"/v1/signups/{signup['id']}/checks", asked).status_code == 202
    catch_up()
    to, code = twilio.arrived()[-1]
    assert (to, len(twilio.arrived()), TwilioPeer.channels[-1]) == ("+14155552671", before + 1, "call")
    passed = post(shop, f"/v1/signups/{signup['id']}/checks/phone/answers", {"code": code}).json()
    assert passed["tier"] == "basic"


def _fresh_twilio() -> CodeProvider:
    return TwilioVerifyProvider(account_sid="AC0", auth_token="x", service_sid="VA0")
