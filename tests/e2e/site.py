"""A product's own web site on its own address: pages that load the agent script, and a record of what they send."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

TOKEN = "gh_dt_example"
CHALLENGE = {"challenge": "gh_dc_example", "seed": "000102030405060708090a0b0c0d0e0f", "expires_in": 600}
FORM = """<form method="post" action="/welcome" data-gatehouse-key="gh_pk_example">
<label>Name <input name="name" required></label>
<button name="plan" value="free">Free</button> <button name="plan" value="paid">Paid</button>
</form>"""


@dataclass(frozen=True, slots=True)
class Received:
    """One request that a page made."""

    path: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode(), keep_blank_values=True)


@dataclass
class Site:
    """Pages by their path, headers for them, and what came in. `wait` is how long /v1/devices thinks, in seconds.

    `challenge` is what /v1/devices/challenge gives, None where it has gone away.
    """

    script: bytes
    worker: bytes
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    status: int = 201
    wait: float = 0.0
    challenge: dict[str, Any] | None = field(default_factory=lambda: dict(CHALLENGE))
    address: str = ""

    def show(self, body: str, *, script: str = "/agent/v1.js", **headers: str) -> str:
        """Put a page up that loads the agent script; gives its address."""
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        load = f'<script type="module" src="{script}"></script>'
        self.pages["/"] = f'<!doctype html><html lang="en"><title>Shop</title>{load}<body>{body}</body></html>'
        return f"{self.address}/"

    def posts(self, path: str) -> list[Received]:
        """What was posted to a path, the oldest first."""
        return [request for request in self.received if request.path == path]


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *args: Any) -> None:
        self.site = site
        super().__init__(*args)

    def log_message(self, *args: Any, **kwargs: Any) -> None:
        """Tests are quiet."""

    def do_GET(self) -> None:
        if self.path.startswith("/agent/v1.js"):
            self._answer(200, self.site.script, "text/javascript")
        elif self.path == "/agent/v1-worker.js":
            self._answer(200, self.site.worker, "text/javascript", self.site.headers)
        elif self.path in self.site.pages:
            self._answer(200, self.site.pages[self.path].encode(), "text/html", self.site.headers)
        else:
            self._answer(404, b"", "text/plain")

    def do_OPTIONS(self) -> None:
        self._answer(204, b"", "text/plain")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.site.received.append(Received(self.path, body, dict(self.headers)))
        if self.path == "/v1/devices/challenge":
            status = 404 if self.site.challenge is None else 201
            self._answer(status, json.dumps(self.site.challenge or {}).encode(), "application/json")
            return
        if self.path != "/v1/devices":
            self._answer(200, b"<!doctype html><title>Welcome</title>", "text/html")
            return
        time.sleep(self.site.wait)
        self._answer(
            self.site.status, json.dumps({"device_token": TOKEN, "expires_in": 120}).encode(), "application/json"
        )

    def _answer(self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        allow = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "Authorization, Content-Type"}
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **allow, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(script: Path) -> Iterator[Site]:
    """A site with the built agent script, on a free port, for as long as the block runs."""
    site = Site(script.read_bytes(), script.with_name("v1-worker.js").read_bytes())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site))
    server.daemon_threads = True
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
