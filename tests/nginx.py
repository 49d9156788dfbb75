"""A real nginx with the configuration of the docs, on ports of the test's own, and the API behind it."""

import os
import shutil
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.granian import free_port

ROOT = Path(__file__).parents[1]
CONFIGURATION = ROOT / "docs" / "gateways" / "nginx.conf"
PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
MISSING = None if PROGRAM else "nginx is missing: apt-get install nginx-light"
LONGEST_START = 20.0  # seconds


def require_nginx() -> None:
    """Where everything has to be tried, a missing nginx is a failure."""
    if MISSING and os.environ.get("GATEHOUSE_REQUIRE_NGINX") == "1":
        pytest.fail(MISSING, pytrace=False)
    if MISSING:
        pytest.skip(MISSING)


@dataclass
class Api:
    """The API that is protected: what reached it, by account."""

    port: int
    reached: Counter[str] = field(default_factory=Counter)
    headers: list[dict[str, str]] = field(default_factory=list)
    seconds: float = 0.0  # how long it takes over a call


@contextmanager
def api() -> Iterator[Api]:
    """An API that answers every call."""
    seen = Api(free_port())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            seen.headers.append(dict(self.headers))
            seen.reached[self.headers["X-Account-Id"]] += 1
            time.sleep(seen.seconds)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", seen.port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield seen
        server.shutdown()
        thread.join()


@contextmanager
def nginx(home: Path, *, gatehouse: int, upstream: int, accounts: Mapping[str, str], key: str) -> Iterator[int]:
    """The port at which nginx listens. `accounts` by their callers' keys; `key` is the gateway's own."""
    port = free_port()
    home.chmod(0o755)  # its workers run as another user when root runs the tests
    (home / "accounts.map").write_text("".join(f'"{caller}" {account};\n' for caller, account in accounts.items()))
    (home / "key.map").write_text(f'default "Bearer {key}";\n')
    (home / "nginx.conf").write_text(_adapted(home, {"8000": gatehouse, "9000": upstream, "8080": port}))
    command = [str(PROGRAM), "-p", str(home), "-c", str(home / "nginx.conf"), "-g"]
    command += [f"daemon off; pid {home}/nginx.pid; error_log {home}/error.log;"]
    with (home / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
    try:
        _wait_for(process, home)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _adapted(home: Path, ports: Mapping[str, int]) -> str:
    """The file of the docs, with this test's places; nothing else is changed."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    for stated, here in {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{ports['8000']};",
        "server 127.0.0.1:9000;": f"server 127.0.0.1:{ports['9000']};",
        "proxy_read_timeout 2s;": "proxy_read_timeout 30s;",  # on a busy machine the first answers take a while
        "listen 8080;": f"listen 127.0.0.1:{ports['8080']};",
        "/run/gatehouse-limited.sock": f"{home}/limited.sock",
        "/etc/nginx/gatehouse-accounts.map": f"{home}/accounts.map",
        "/etc/nginx/gatehouse-key.map": f"{home}/key.map",
    }.items():
        assert stated in text, stated
        text = text.replace(stated, here)
    kinds = ("proxy", "fastcgi", "uwsgi", "scgi", "client_body")
    places = "".join(f"{kind}_temp_path {home}/{kind};" for kind in kinds)
    return text.replace("http {", f"http {{ map_hash_bucket_size 128; {places}", 1)


def _wait_for(process: "subprocess.Popen[bytes]", home: Path) -> None:
    deadline = time.monotonic() + LONGEST_START
    while not (home / "nginx.pid").exists() or not (home / "limited.sock").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((home / "said").read_text())
        time.sleep(0.05)
