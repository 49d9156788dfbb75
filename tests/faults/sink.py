"""A mail server that takes codes, in the moods of a party that has a bad day; it notes every mail that it was given."""

import re
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

RECIPIENT = re.compile(rb"RCPT TO:<([^>]+)>", re.IGNORECASE)
HANGS = 15.0  # seconds, longer than anybody waits for it


class Mood(StrEnum):
    """How it answers."""

    WELL = "well"
    HANGS = "hangs"  # says nothing at all
    GARBLED = "garbled"
    TWICE = "twice"  # says everything two times
    LATE = "late"  # takes a mail, and says so when nobody listens any more


@dataclass
class Sink:
    """What it took, by recipient."""

    mood: Mood = Mood.WELL
    taken: Counter[str] = field(default_factory=Counter)
    port: int = 0


class Handler(socketserver.StreamRequestHandler):
    """One connection."""

    server: "Server"

    def handle(self) -> None:
        """Until the other end has had enough."""
        mood = self.server.kept.mood
        if mood is Mood.HANGS:
            time.sleep(HANGS)
        elif mood is Mood.GARBLED:
            self.wfile.write(b"\x00\xff\xfe nonsense \r\n" * 3)
        else:
            self._say(b"220 sink\r\n")
            self._talk()

    def _say(self, line: bytes) -> None:
        self.wfile.write(line * (2 if self.server.kept.mood is Mood.TWICE else 1))

    def _talk(self) -> None:
        to = b""
        while line := self.rfile.readline():
            word = line[:4].upper()
            if found := RECIPIENT.match(line):
                to = found[1]
            if word == b"DATA":
                self._say(b"354 go on\r\n")
                self._take(to.decode())
            elif word == b"QUIT":
                self._say(b"221 bye\r\n")
                return
            else:
                self._say(b"250 ok\r\n")

    def _take(self, to: str) -> None:
        while (line := self.rfile.readline()) and line.rstrip(b"\r\n") != b".":
            continue
        if not line:
            return
        self.server.kept.taken[to] += 1
        if self.server.kept.mood is Mood.LATE:
            time.sleep(HANGS)
        self._say(b"250 taken\r\n")


class Server(socketserver.ThreadingTCPServer):
    """All connections."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, kept: Sink) -> None:
        self.kept = kept
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hung up is not missed."""


@contextmanager
def sink() -> Iterator[Sink]:
    """A server while the block runs."""
    kept = Sink()
    with Server(kept) as server:
        kept.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield kept
        server.shutdown()
