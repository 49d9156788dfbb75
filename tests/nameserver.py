"""A name server on this machine, with a few zones and bad moods; its answers are the protocol's own, by dnspython."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

# Documentation addresses would count as nobody's; these are public, and nobody connects to them here.
ZONES: Mapping[tuple[str, str], tuple[str, ...]] = {
    (".", "NS"): ("a.root-servers.net.",),
    ("plain.org.", "MX"): ("20 backup.plain.org.", "10 mx1.mail.plain-host.co.uk."),
    ("mx1.mail.plain-host.co.uk.", "A"): ("93.184.215.14",),
    ("backup.plain.org.", "AAAA"): ("2606:2800:21f:cb07:6820:80da:af6b:8b2c",),
    ("implicit.org.", "A"): ("93.184.215.14",),
    ("null.org.", "MX"): ("0 .",),
    ("bare.org.", "TXT"): ('"nothing about mail"',),
    ("dangling.org.", "MX"): ("10 gone.dangling.org.",),
    ("inside.org.", "MX"): ("10 mx.inside.org.",),
    ("mx.inside.org.", "A"): ("10.0.0.7", "127.0.0.1", "169.254.169.254", "100.64.0.1"),
    ("minutes.org.", "MX"): ("10 smtp.yopmail.com.",),
    ("smtp.yopmail.com.", "A"): ("93.184.215.14",),
    ("here.org.", "MX"): ("10 mx.here.org.",),
    ("mx.here.org.", "A"): ("127.0.0.1",),
    ("gmail.com.", "MX"): ("10 mx.here.org.",),
}
BROKEN = "broken.org."  # the servers of this domain fail; ours says so
SILENT = "silent.org."  # the servers of this domain never answer, and so ours does not either


class Mood(StrEnum):
    """How the server takes a question."""

    WELL = "well"
    SILENT = "silent"
    GARBLED = "garbled"
    FAILING = "failing"  # SERVFAIL for everything


@dataclass
class NameServer:
    """Answers over UDP at `port` from ZONES until it is stopped."""

    mood: Mood = Mood.WELL
    own: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # before ZONES, and can change
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def start(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", self.port))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, args=(self._socket,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self, bound: socket.socket) -> None:
        while True:
            wire, sender = bound.recvfrom(4096)
            if not wire:
                return
            if (reply := self._reply(wire)) is not None:
                bound.sendto(reply, sender)

    def _reply(self, wire: bytes) -> bytes | None:
        query = dns.message.from_wire(wire)
        name = query.question[0].name.to_text().lower()
        self.asked.append(f"{name} {dns.rdatatype.to_text(query.question[0].rdtype)}")
        if self.mood is Mood.SILENT or name == SILENT:
            return None
        if self.mood is Mood.GARBLED:
            return wire[:2] + b"\xff" * 40
        return self._answer(query, name).to_wire()

    def _answer(self, query: dns.message.Message, name: str) -> dns.message.Message:
        kind = dns.rdatatype.to_text(query.question[0].rdtype)
        answer = dns.message.make_response(query, recursion_available=True)
        if self.mood is Mood.FAILING or name == BROKEN:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif records := self.own.get((name, kind)) or ZONES.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(name, 300, "IN", kind, *records))
        elif not any(known == name for known, _ in (*ZONES, *self.own)):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


@contextmanager
def name_server() -> Iterator[NameServer]:
    """A name server that runs for as long as it is needed."""
    server = NameServer()
    server.start()
    try:
        yield server
    finally:
        if server._thread.is_alive():
            server.stop()
