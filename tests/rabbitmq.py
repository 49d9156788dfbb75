"""A RabbitMQ of the test's own: Debian's, in a folder and at ports of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # what Debian's own script calls, as another user
CONTROL = SERVER.with_name("rabbitmqctl")
MISSING = "" if SERVER.exists() else "rabbitmq-server is missing: apt-get install rabbitmq-server"
LONGEST_START = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Rabbit:
    """A running server."""

    url: str
    environment: dict[str, str]

    def kinds(self) -> dict[str, str]:
        """The kind of every queue, by its name."""
        done = subprocess.run(
            [str(CONTROL), "--quiet", "list_queues", "name", "type"],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return dict(line.split() for line in done.stdout.splitlines()[1:] if line.strip())


def require_rabbitmq() -> None:
    """Skip the test where there is none; fail where everything has to be tried."""
    if MISSING and os.environ.get("GATEHOUSE_REQUIRE_RABBITMQ") == "1":
        pytest.fail(MISSING)
    if MISSING:
        pytest.skip(MISSING)


@contextmanager
def rabbitmq() -> Iterator[Rabbit]:
    """One server while the block runs."""
    home = Path(tempfile.mkdtemp(prefix="gh-rabbit-"))
    port, distribution, mapper = _free_ports(3)
    environment = {
        **os.environ,
        "HOME": str(home),
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": "gatehouse@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(home / "data"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1",  # one scheduler: it is one of many here
    }
    with (home / "terminal").open("wb") as terminal:
        process = subprocess.Popen([str(SERVER)], env=environment, stdout=terminal, stderr=terminal, process_group=0)
    try:
        _wait_for(port, process, home)
        yield Rabbit(f"amqp://guest:guest@127.0.0.1:{port}//", environment)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait(10)
        subprocess.run(["epmd", "-kill"], env=environment, check=False, capture_output=True)  # noqa: S607 - Erlang's own
        shutil.rmtree(home, ignore_errors=True)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", home: Path) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError(f"RabbitMQ did not start:\n{(home / 'terminal').read_text(errors='replace')}")


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in held]
    for each in held:
        each.close()
    return ports
