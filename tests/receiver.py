"""A receiver of webhooks on this machine: it keeps what it was sent, and answers as it is told to."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def message(self) -> Any:
        return json.loads(self.body)

    @property
    def account(self) -> str | None:
        account: str | None = self.message["data"].get("account_id")
        return account


@dataclass(frozen=True)
class Reply:
    """What it answers; `until` is waited for first."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    until: threading.Event | None = None


@dataclass
class Receiver:
    """What came, and what decides on the answer."""

    decide: Callable[[Received], Reply] = field(default=lambda _: Reply())
    got: list[Received] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?from=gatehouse"

    def of(self, account: str) -> list[Received]:
        return [each for each in self.got if each.account == account]

    def types(self) -> list[str]:
        return [each.message["type"] for each in self.got]

    def answers(self, *statuses: int) -> None:
        """Answer so, one after the other, and then by 204."""
        left = list(statuses)
        self.decide = lambda _: Reply(left.pop(0) if left else 204)


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, receiver: Receiver, *args: Any) -> None:
        self.receiver = receiver
        super().__init__(*args)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        received = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.receiver.got.append(received)
        reply = self.receiver.decide(received)
        if reply.until is not None:
            reply.until.wait(60)
        try:
            self._answer(reply)
        except OSError:
            return  # the sender waits no longer

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body.encode())))
        self.end_headers()
        self.wfile.write(reply.body.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def receiver(*, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that runs for as long as it is needed; over TLS with a context."""
    received = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, received))
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    received.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
