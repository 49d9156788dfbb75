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


@contextmanager
def sink() -> Iterator[Sink]:
    """A server while the block runs."""
    kept = Sink()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: bytes) -> None:
            self.wfile.write(line * (2 if kept.mood is Mood.TWICE else 1))

        def handle(self) -> None:
            if kept.mood is Mood.HANGS:
                time.sleep(HANGS)
                return
            if kept.mood is Mood.GARBLED:
                self.wfile.write(b"\x00\xff\xfe nonsense \r\n" * 3)
                return
            self.say(b"220 sink\r\n")
            self._talk()

        def _talk(self) -> None:
            to = b""
            while line := self.rfile.readline():
                word = line[:4].upper()
                if found := RECIPIENT.match(line):
                    to = found[1]
                if word == b"DATA":
                    self.say(b"354 go on\r\n")
                    self._take(to.decode())
                elif word == b"QUIT":
                    self.say(b"221 bye\r\n")
                    return
                else:
                    self.say(b"250 ok\r\n")

        def _take(self, to: str) -> None:
            while self.rfile.readline().rstrip(b"\r\n") != b".":
                continue
            kept.taken[to] += 1
            if kept.mood is Mood.LATE:
                time.sleep(HANGS)
            self.say(b"250 taken\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Whoever hung up is not missed."""

    with Server(("127.0.0.1", 0), Handler) as server:
        kept.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield kept
        server.shutdown()
