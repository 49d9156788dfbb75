"""A stranger's mail server is asked one thing, never sent a mail, and never let hold us up."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest

from tests.mailserver import AskedServer, free_port, mail_server, odd_server
from verification.providers.smtp_probe import READ_MAX, SmtpProbe

HERE = ("127.0.0.1",)


def let_through(address: str) -> bool:
    """Only these tests speak to this machine."""
    return address == "127.0.0.1"


def probe_at(port: int, seconds: float = 5.0) -> SmtpProbe:
    return SmtpProbe(hello="gatehouse.example", port=port, reachable=let_through, seconds=seconds)


@pytest.fixture
def server() -> Iterator[AskedServer]:
    with mail_server() as running:
        yield running


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param("250 OK", True, id="takes it"),
        pytest.param("251 will forward", True, id="takes it for somebody else"),
        pytest.param("550 5.1.1 no such user", False, id="knows nobody of the name"),
        pytest.param("551 user not local", False, id="not here"),
        pytest.param("451 4.7.1 greylisted, come again", None, id="greylisting"),
        pytest.param("450 busy", None, id="busy"),
        pytest.param("550 5.7.1 your address is blocked", None, id="we are blocked"),
        pytest.param("554 no thanks", None, id="some other no"),
    ],
)
def test_it_says_only_what_the_server_says_plainly(server: AskedServer, reply: str, expected: bool | None) -> None:  # noqa: FBT001 - a case's value
    server.reply = reply
    assert probe_at(server.port).takes_anything("anyone.org", HERE) is expected


def test_it_asks_from_nobody_for_a_mailbox_that_cannot_be_and_sends_nothing(server: AskedServer) -> None:
    for _ in range(2):
        probe_at(server.port).takes_anything("anyone.org", HERE)
    (sender, first), (_, second) = server.asked
    assert sender == "<>"
    assert first.endswith("@anyone.org")
    assert len(first) > 20
    assert first != second
    assert not server.got_mail


def test_addresses_that_are_not_let_through_are_never_spoken_to(server: AskedServer) -> None:
    inside = ["127.0.0.1", "10.0.0.1", "::1", "169.254.169.254", "100.64.0.1", "not an address"]
    assert SmtpProbe(hello="gatehouse.example", port=server.port).takes_anything("anyone.org", inside) is None
    assert server.asked == []


def test_where_the_port_is_closed_nothing_is_known() -> None:
    assert probe_at(free_port()).takes_anything("anyone.org", HERE) is None


def test_no_more_than_two_addresses_are_tried() -> None:
    tried: list[str] = []

    def note(address: str) -> bool:
        tried.append(address)
        return True

    counted = SmtpProbe(hello="gatehouse.example", port=free_port(), reachable=note, seconds=0.5)
    begun = time.monotonic()
    counted.takes_anything("anyone.org", ["127.0.0.1"] * 50)
    assert time.monotonic() - begun < 2


def silent(held: socket.socket) -> None:
    held.recv(1)


def dripping(held: socket.socket) -> None:
    while True:
        held.sendall(b"2")
        time.sleep(0.05)


def babbling(held: socket.socket) -> None:
    while True:
        held.sendall(b"220-" + b"x" * 1000 + b"\r\n")


def garbled(held: socket.socket) -> None:
    held.sendall(b"\xff\xfe\x00nonsense\r\n" * 3)


def hanging_up(held: socket.socket) -> None:
    held.sendall(b"220 hello\r\n")


def binary(held: socket.socket) -> None:
    held.sendall(b"220 hello\r\n")
    while held.recv(512):
        held.sendall(b"250 \xff\xff\xff\r\n")


@pytest.mark.parametrize("serve", [silent, dripping, babbling, garbled, hanging_up])
def test_a_server_that_keeps_no_protocol_tells_nothing_and_holds_nobody_up(
    serve: Callable[[socket.socket], None],
) -> None:
    with odd_server(serve) as port:
        begun = time.monotonic()
        assert probe_at(port, seconds=1.0).takes_anything("anyone.org", HERE) is None
        assert time.monotonic() - begun < 2


def test_a_server_that_answers_in_no_known_letters_is_understood_by_its_codes() -> None:
    with odd_server(binary) as port:
        assert probe_at(port).takes_anything("anyone.org", HERE) is True


def test_little_is_read_of_what_a_server_pours_out() -> None:
    poured = 0

    def pour(held: socket.socket) -> None:
        nonlocal poured
        held.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        while True:
            poured += held.send(b"220-" + b"x" * 200 + b"\r\n")

    with odd_server(pour) as port:
        begun = time.monotonic()
        assert probe_at(port).takes_anything("anyone.org", HERE) is None
        assert time.monotonic() - begun < 1  # at READ_MAX, long before its time is up
    assert poured < 100 * READ_MAX  # what the system's own buffers hold comes on top
