"""A request goes to an address that was looked at, over TLS to whom the name says, and ends in time whatever comes."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.mailserver import free_port, odd_server
from tests.nameserver import NameServer, name_server
from tests.receiver import Reply, receiver
from verification.providers.reach import public
from verification.providers.resolving import resolver_of
from verification.webhook_models import Result
from verification.webhooks.addresses import Guide, parse
from verification.webhooks.posting import READ_MOST, Poster

NAME = "hooks.example.org"
PLAIN = {"webhook-id": "evt_1"}


@pytest.fixture
def names() -> Iterator[NameServer]:
    with name_server() as running:
        running.own[f"{NAME}.", "A"] = ("127.0.0.1",)
        running.own[f"{NAME}.", "AAAA"] = ()
        yield running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for NAME, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    kept = tmp_path_factory.mktemp("tls") / "receiver.pem"
    kept.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return kept


def poster(
    names: NameServer | None = None,
    *,
    allowed: Callable[[str], bool] = public,
    context: ssl.SSLContext | None = None,
    seconds: float = 2.0,
) -> Poster:
    guide = Guide(resolver_of([("127.0.0.1", names.port)] if names else []), allowed=allowed, loopback=names is None)
    trusted = context or ssl.create_default_context()
    return Poster(guide, seconds=seconds, excerpt_most=100, context=trusted)


def only_loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def test_it_connects_to_the_address_and_speaks_tls_to_the_name(names: NameServer, certificate: Path) -> None:
    asked_for: list[str | None] = []
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    serving.sni_callback = lambda _, name, __: asked_for.append(name)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with receiver(context=serving) as running:
        by = poster(names, allowed=only_loopback, context=trusting)
        answer = by.post(f"https://{NAME}:{running.port}/hook", PLAIN, "{}")
    assert (answer.result, answer.status) == (Result.DELIVERED, 204)
    assert running.got[0].headers["host"] == f"{NAME}:{running.port}"
    assert asked_for == [NAME]


def test_a_certificate_for_another_name_or_by_nobody_is_not_spoken_to(names: NameServer, certificate: Path) -> None:
    names.own["other.example.org.", "A"] = ("127.0.0.1",)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with receiver(context=serving) as running:
        other = poster(names, allowed=only_loopback, context=trusting)
        assert other.post(f"https://other.example.org:{running.port}/", PLAIN, "{}").result is Result.UNREACHABLE
        strange = poster(names, allowed=only_loopback)
        assert strange.post(f"https://{NAME}:{running.port}/", PLAIN, "{}").result is Result.UNREACHABLE
    assert running.got == []


def test_a_name_that_turns_inside_is_not_followed(names: NameServer) -> None:
    """DNS rebinding: public when the endpoint was made, inside when it is sent to."""
    names.own[f"{NAME}.", "A"] = ("93.184.215.14",)
    by = poster(names)
    target = parse(f"https://{NAME}/", loopback=False)
    assert by.guide.addresses(target, deadline=time.monotonic() + 2) == ["93.184.215.14"]
    for inside in ("127.0.0.1", "169.254.169.254", "10.0.0.7"):
        names.own[f"{NAME}.", "A"] = (inside,)
        assert by.post(f"https://{NAME}/", PLAIN, "{}").result is Result.FORBIDDEN


def test_a_name_is_asked_for_once_and_the_address_that_was_looked_at_is_connected_to(
    names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that means something else a moment later changes nothing: nobody asks again."""
    looked_at: list[str] = []
    connected: list[tuple[str, int]] = []

    def allowed(address: str) -> bool:
        looked_at.append(address)
        names.own[f"{NAME}.", "A"] = ("127.0.0.99",)  # from the look on, it means this
        return True

    connect = socket.create_connection

    def noting(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address)
        return connect(address, timeout=timeout)

    monkeypatch.setattr(socket, "create_connection", noting)
    port = free_port()
    poster(names, allowed=allowed).post(f"https://{NAME}:{port}/", PLAIN, "{}")
    assert looked_at == ["127.0.0.1"]
    assert connected == [("127.0.0.1", port)]
    assert names.asked == [f"{NAME}. A", f"{NAME}. AAAA"]


def test_a_url_that_was_taken_before_rules_changed_is_still_looked_at() -> None:
    guide = Guide(resolver_of([]), loopback=False)
    by = Poster(guide, seconds=1, excerpt_most=10)
    for url in ("http://127.0.0.1/", "https://127.0.0.1/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/"):
        assert by.post(url, PLAIN, "{}").result is Result.FORBIDDEN


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with receiver() as here, receiver() as there:
        here.decide = lambda _: Reply(status, {"Location": there.url})
        answer = poster().post(here.url, PLAIN, "{}")
    assert (answer.result, answer.status) == (Result.REFUSED, status)
    assert there.got == []


def test_a_proxy_of_the_environment_is_not_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as proxy, receiver() as here:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert poster().post(here.url, PLAIN, "{}").delivered
    assert (len(here.got), proxy.got) == (1, [])


@pytest.mark.parametrize(
    ("status", "result", "of_the_whole"),
    [
        (200, Result.DELIVERED, False),
        (204, Result.DELIVERED, False),
        (299, Result.DELIVERED, False),
        (304, Result.REFUSED, False),
        (400, Result.REFUSED, False),
        (410, Result.REFUSED, False),
        (429, Result.REFUSED, True),
        (500, Result.REFUSED, False),
        (502, Result.REFUSED, True),
        (503, Result.REFUSED, True),
        (504, Result.REFUSED, True),
    ],
)
def test_what_a_status_means(status: int, result: Result, *, of_the_whole: bool) -> None:
    with receiver() as here:
        here.decide = lambda _: Reply(status, {"Retry-After": "7"})
        answer = poster().post(here.url, PLAIN, "{}")
    assert (answer.result, answer.status, answer.taken_by_nobody) == (result, status, of_the_whole)
    assert answer.gone is (status == 410)
    assert answer.asked == (None if result is Result.DELIVERED else timedelta(seconds=7))


def test_the_answer_is_kept_in_part_and_masked() -> None:
    with receiver() as here:
        here.decide = lambda _: Reply(500, body="no user alice.archer@gmail.com " + "x y " * 5000)
        answer = poster().post(here.url, PLAIN, "{}")
    assert answer.excerpt.startswith("no user [...] x y")
    assert len(answer.excerpt) <= 100


def drips(held: socket.socket) -> None:
    held.recv(4096)
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
        held.sendall(bytes([byte]))
        time.sleep(0.05)


def endless(held: socket.socket) -> None:
    held.recv(4096)
    held.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        held.sendall(b"z" * 65536)


def silent(held: socket.socket) -> None:
    while held.recv(4096):
        pass


def babbles(held: socket.socket) -> None:
    held.recv(4096)
    held.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")


def breaks_off(held: socket.socket) -> None:
    held.recv(4096)
    held.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nbegun")


@pytest.mark.parametrize(
    ("serve", "result"),
    [
        pytest.param(drips, Result.TIMED_OUT, id="a byte now and then"),
        pytest.param(silent, Result.TIMED_OUT, id="nothing"),
        pytest.param(babbles, Result.UNREACHABLE, id="another protocol"),
        pytest.param(lambda held: held.close(), Result.UNREACHABLE, id="an end"),
        pytest.param(endless, Result.DELIVERED, id="a body without end"),
        pytest.param(breaks_off, Result.DELIVERED, id="a body that breaks off"),
    ],
)
def test_it_ends_in_time_whatever_comes(serve: Callable[[socket.socket], None], result: Result) -> None:
    with odd_server(serve) as port:
        begun = time.monotonic()
        answer = poster(seconds=0.6).post(f"http://127.0.0.1:{port}/", PLAIN, "{}")
        took = time.monotonic() - begun
    assert answer.result is result
    assert took < 2
    assert len(answer.excerpt) <= READ_MOST


def test_tls_that_never_begins_ends_in_time_too(names: NameServer) -> None:
    with odd_server(silent) as port:
        begun = time.monotonic()
        answer = poster(names, allowed=only_loopback, seconds=0.6).post(f"https://{NAME}:{port}/", PLAIN, "{}")
    assert (answer.result, time.monotonic() - begun < 2) == (Result.TIMED_OUT, True)


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    answer = poster().post(f"http://127.0.0.1:{free_port()}/", PLAIN, "{}")
    assert (answer.result, answer.status, answer.taken_by_nobody) == (Result.UNREACHABLE, None, True)
