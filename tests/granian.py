"""Web processes as production runs them: granian with the whole of Gatehouse, on servers that the test chooses."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Self

import psycopg
from django.db import connection

from config.lib.embedded_postgres import EmbeddedPostgres
from config.lib.embedded_valkey import EmbeddedValkey

ROOT = Path(__file__).parents[1]
WORKERS = 2
LONGEST_START = 60.0  # seconds
QUICKLY = 1.0  # no call that is answered without a server may take longer, on a busy machine too
ACCOUNTS = """
INSERT INTO tiers_account (account_id, test, created_at, tier, outcome, score, held, version, budget)
VALUES (%s, false, now(), %s, 'allow', 1.0, false, 1, %s)
"""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer over HTTP, and how many seconds it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)


class Line:
    """One connection that stays open. Its calls go to one of the workers."""

    def __init__(self, port: int, key: str) -> None:
        self.headers = {"Authorization": f"Bearer {key}"}
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def get(self, path: str, **headers: str) -> Said:
        """GET. Underscores in the names of headers stand for hyphens."""
        return self._call("GET", path, None, headers)

    def post(self, path: str, body: Any) -> Said:
        """POST of JSON."""
        return self._call("POST", path, json.dumps(body).encode(), {"Content_Type": "application/json"})

    def _call(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Said:
        begun = time.monotonic()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body, self.headers | given)
        answer = self.connection.getresponse()
        said = answer.read()
        return Said(answer.status, dict(answer.getheaders()), said, time.monotonic() - begun)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
    return port


@contextmanager
def serving(
    environment: Mapping[str, str], *, workers: int = WORKERS, threads: int = 1, tls: tuple[Path, Path] | None = None
) -> Iterator[int]:
    """The port at which Gatehouse answers while the block runs, with these settings beside the tests' own.

    `threads` are those of each worker. `tls` is a certificate for localhost and its key: then it speaks TLS.
    """
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", str(workers)]
    command += ["--blocking-threads", str(threads), "--log-level", "warning"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    if tls is not None:
        command += ["--ssl-certificate", str(tls[0]), "--ssl-keyfile", str(tls[1])]
    process = subprocess.Popen(
        [*command, "config.wsgi:application"], cwd=ROOT, env={**os.environ, **environment}, start_new_session=True
    )
    try:
        _wait_for(port, process, tls=tls is not None)
        yield port
    finally:
        # A worker that is still loading when its granian is told to end would never hear of it.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", *, tls: bool = False) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline and process.poll() is None:
        unchecked = ssl._create_unverified_context() if tls else None  # noqa: S323 - whether it answers is all that is asked
        caller = HTTPSConnection("127.0.0.1", port, timeout=5, context=unchecked) if tls else _plain(port)
        try:
            caller.request("GET", "/healthz")
            if caller.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
        finally:
            caller.close()
    raise RuntimeError("Gatehouse did not start")


def _plain(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=5)


def database_of_this_test() -> str:
    """The address of the database that the test itself writes to; what it commits, others see."""
    given = connection.settings_dict
    return f"postgresql://{given['USER']}@/{given['NAME']}?host={given['HOST']}&port={given['PORT']}"


@dataclass(frozen=True, slots=True)
class Servers:
    """A PostgreSQL and a Valkey of the test's own, to stop and start."""

    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey
    environment: Mapping[str, str]

    @classmethod
    def made(cls, home: Path) -> "Servers":
        """Both are up, with tables."""
        postgres, valkey = EmbeddedPostgres(home / "postgres"), EmbeddedValkey(home / "valkey")
        environment = {
            "DATABASE_URL": postgres.url,
            "REDIS_URL": valkey.url,
            "BROKER_URL": valkey.broker_url,
            "GATEHOUSE_HOME": str(home / "web"),
        }
        servers = cls(postgres, valkey, environment)
        postgres.start()
        valkey.start()
        servers.manage("migrate", "--verbosity", "0")
        return servers

    def manage(self, *arguments: str) -> str:
        """A command, and what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            check=True,
            stdout=subprocess.PIPE,
        )
        return done.stdout.decode()

    def key(self) -> str:
        """A new secret key that opens what a gateway needs."""
        code = (
            "from config.lib.auth import create_key;"
            "print(create_key(kind='secret', scopes=['tiers:read', 'budgets:write'], application='gateway', name='t'))"
        )
        return self.manage("shell", "--verbosity", "0", "--command", code).split()[-1]

    def account(self, account_id: str, tier: str, *, budget: str = "") -> None:
        """An account as a decision leaves it."""
        self.write(ACCOUNTS, account_id, tier, budget)

    def write(self, sql: str, *values: Any) -> None:
        """One statement, committed."""
        with psycopg.connect(self.postgres.url, autocommit=True) as writer:
            writer.execute(sql.encode(), values)

    def stop(self) -> None:
        """Stop what still runs."""
        self.valkey.stop()
        self.postgres.stop()
