"""Calls straight into the WSGI application, as granian makes them: through the door, or behind it."""

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults

from django.core.signals import request_finished, request_started
from django.db import close_old_connections

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that calls an application with a key."""

    application: Application
    key: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, **headers: str) -> Answer:
        """GET."""
        return self.call("GET", address, headers=headers)

    def post(self, address: str, body: Any, **headers: str) -> Answer:
        """POST of JSON."""
        sent = {"Content_Type": "application/json", **headers}
        return self.call("POST", address, json.dumps(body).encode(), headers=sent)

    def call(self, method: str, address: str, body: bytes = b"", *, headers: dict[str, str] | None = None) -> Answer:
        """Any call. Underscores in the names of headers stand for hyphens."""
        path, _, query = address.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(body),
        }
        given = {**({"Authorization": f"Bearer {self.key}"} if self.key else {}), **self.headers, **(headers or {})}
        for name, value in given.items():
            upper = name.upper().replace("-", "_")
            environ[upper if upper == "CONTENT_TYPE" else f"HTTP_{upper}"] = value.encode().decode("latin-1")
        setup_testing_defaults(environ)
        return _answer(self.application, environ)


def _answer(application: Application, environ: dict[str, Any]) -> Answer:
    """A request closes connections that stand in a transaction, as a test's does; Django's own client does so too."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        parts = application(environ, lambda status, headers, *_: begun.append((status, headers)))
        body = b"".join(parts)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
    status, headers = begun[0]
    return Answer(int(status[:3]), dict(headers), body)
