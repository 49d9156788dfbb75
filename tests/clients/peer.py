"""A stand-in for Gatehouse at the other end of a socket, for what a real one will not do on demand: be away, be slow,
be overrun, answer nonsense. Its good answers are those of the documentation; test_live.py meets the real one.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import uuid_utils
from joserfc import jwt
from joserfc.jwk import OKPKey

from gatehouse_client import Patience
from gatehouse_client.tokens import _registry

IMPATIENT = Patience(connect=0.5, read=0.5, tries=3, first_pause=0.01, longest_pause=0.02, leave_alone=0.3)


@dataclass(frozen=True, slots=True)
class Asked:
    """One call that came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    json: Any


@dataclass(frozen=True, slots=True)
class Told:
    """One answer."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0


Answering = Callable[[Asked], Told]


@dataclass
class Peer:
    """What it answers at each path, and what came. `broken` goes before all else: it answers everything."""

    address: str = ""
    answers: dict[str, Answering] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    broken: Told | None = None
    server: ThreadingHTTPServer | None = None

    def says(self, path: str, *told: Told) -> None:
        """Answer these in turn at a path, and the last for ever."""
        left = list(told)
        self.answers[path] = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def calls(self, path: str) -> list[Asked]:
        """What came at a path."""
        return [asked for asked in self.asked if asked.path == path]

    def answer(self, asked: Asked) -> Told:
        self.asked.append(asked)
        if self.broken is not None:
            return self.broken
        found = self.answers.get(asked.path)
        return found(asked) if found else Told(404, {"code": "not_found", "title": "There is no such thing"})


def tier(account_id: str = "acct_1", **changes: Any) -> dict[str, Any]:
    """What a look-up answers."""
    told = {"account_id": account_id, "tier": "basic", "limits": {"requests_per_minute": 60}, "version": 1}
    return {**told, "budget_key": f"account:{account_id}", **changes}


def change(account_id: str = "acct_1", version: int = 2, tier: str = "restricted") -> dict[str, Any]:
    """An item of the feed."""
    told = {"account_id": account_id, "version": version, "tier": tier, "budget_key": f"account:{account_id}"}
    return {**told, "at": "2026-11-29T12:00:00.123456Z"}


def page(*items: dict[str, Any], cursor: str = "c1", more: bool = False, come_again: int = 0) -> Told:
    """An answer of the feed."""
    return Told(body={"items": list(items), "next": cursor, "more": more, "come_again": come_again})


class Signer:
    """Signs tokens as Gatehouse does, and what they can be made to differ in."""

    def __init__(self) -> None:
        self.key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "EdDSA"})
        self.kid = self.key.thumbprint()

    def published(self) -> dict[str, Any]:
        """As in a key set."""
        return {**self.key.as_dict(private=False), "kid": self.kid}

    def token(self, issuer: str, *, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A good token, with changes; a claim that is None is left out."""
        now = int(time.time())
        told = {**tier(), "iss": issuer, "sub": "acct_1", "aud": "shop", "iat": now, "nbf": now, "exp": now + 300}
        told |= {"jti": str(uuid_utils.uuid7()), **claims}
        told.pop("account_id")
        head = {"alg": "EdDSA", "typ": "tier+jwt", "kid": self.kid, **(header or {})}
        kept = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(head, kept, self.key, registry=_registry())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, peer: Peer, *args: Any) -> None:
        self.peer = peer
        super().__init__(*args)

    def log_message(self, *args: Any, **kwargs: Any) -> None:
        """Tests are quiet."""

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        body = json.loads(sent) if sent else None
        query = dict(parse_qsl(parts.query))
        told = self.peer.answer(Asked(self.command, parts.path, query, dict(self.headers), body))
        time.sleep(told.delay)
        content = told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
        content = b"" if told.status == 304 else content
        try:
            self.send_response(told.status)
            for name, value in {"Content-Length": str(len(content)), **told.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            """Whoever asked has gone: it was too slow for them."""


@contextmanager
def standing_in() -> Iterator[Peer]:
    """A peer on a free port, for as long as the block runs."""
    peer = Peer()

    class Handler(_Handler):
        def __init__(self, *args: Any) -> None:
            super().__init__(peer, *args)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    peer.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
