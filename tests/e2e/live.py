"""The whole of Gatehouse as `make run` starts it: web, worker, beat and servers, in a home of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LONGEST_START = 120.0  # seconds; databases are made and migrated
LONGEST_STOP = 30.0
OWN_SERVERS = ("DATABASE_URL", "REDIS_URL", "BROKER_URL")


@dataclass(frozen=True, slots=True)
class Live:
    """A running Gatehouse."""

    address: str
    login: str
    password: str
    home: Path

    def standings(self) -> dict[str, dict[str, Any]]:
        """Every account as it stands, by its id, as `export_standing` tells it."""
        out = self.home / "standing.jsonl"
        subprocess.run(
            [sys.executable, "manage.py", "export_standing", str(out)],
            cwd=ROOT,
            env=_env(self.home),
            check=True,
            capture_output=True,
        )
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        return {line["account_id"]: line for line in lines}

    def runs(self, code: str) -> str:
        """Python run beside it, on its data: what no call of its own leaves there. What it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", code],
            cwd=ROOT,
            env=_env(self.home),
            check=True,
            capture_output=True,
        )
        return done.stdout.decode()


@contextmanager
def running(**settings: str) -> Iterator[Live]:
    """Gatehouse on a free port while the block runs, with these settings beside the usual.

    Raises RuntimeError, with its log, where it does not start.
    """
    home = Path(tempfile.mkdtemp(prefix="gatehouse-live-"))
    home.chmod(0o755)  # PostgreSQL runs as another user when root runs the tests
    _bring_network_data(home)
    log = home / "run.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.supervise"],
            cwd=ROOT,
            env={**_env(home), "PORT": str(_free_port()), **settings},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _started(process, home)
    finally:
        died = process.poll() is not None
        process.send_signal(signal.SIGTERM)
        process.wait(LONGEST_STOP)
        said = log.read_text()
        shutil.rmtree(home, ignore_errors=True)
    if died:
        raise RuntimeError(f"Gatehouse ended before it was told to:\n{said}")


def _env(home: Path) -> dict[str, str]:
    return {**os.environ, **dict.fromkeys(OWN_SERVERS, ""), "GATEHOUSE_HOME": str(home)}


def _started(process: subprocess.Popen[bytes], home: Path) -> Live:
    log = home / "run.log"
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline and process.poll() is None:
        said = log.read_text()
        if login := re.search(r"Gatehouse is up at (\S+).*login (\S+), password (\S+)", said, re.DOTALL):
            address, user, password = login.groups()
            return Live(address, user, password, home)
        time.sleep(0.2)
    raise RuntimeError(f"Gatehouse did not start:\n{log.read_text()}")


def _bring_network_data(home: Path) -> None:
    """What set-up built is read, not built again."""
    built = Path(os.environ["GATEHOUSE_HOME"]) / "intel"
    if built.is_dir():
        shutil.copytree(built, home / "intel")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
