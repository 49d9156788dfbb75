"""What `make run` promises: it comes up, says how to use it, and goes down without leaving anything behind."""

import http.client
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from config import supervise
from config.lib import secretfile
from config.lib.children import ROOT

pytestmark = pytest.mark.processes

# What the tests' own environment says about servers and secrets is not for the runs started here.
OF_THE_TESTS = {"DATABASE_URL", "REDIS_URL", "BROKER_URL", "GATEHOUSE_HOME", *secretfile.MAKERS}


class Run:
    """One `make run` in a home of its own, as its terminal would see it."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.process: subprocess.Popen[bytes] | None = None
        self.output = ""

    def start(self) -> "Run":
        kept = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}
        with (self.home / "terminal").open("wb") as terminal:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervise"],
                cwd=ROOT,
                env=kept
                | {"GATEHOUSE_HOME": str(self.home), "PORT": str(self.port), "WEB_WORKERS": "1", "TASK_WORKERS": "1"},
                stdout=terminal,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def is_up(self) -> bool:
        self.read()
        return "Gatehouse is up" in self.output

    def read(self) -> str:
        self.output = (self.home / "terminal").read_text(encoding="utf-8", errors="replace")
        return self.output

    def wait(self) -> int:
        assert self.process is not None
        return self.process.wait(30)

    def signal(self, number: int) -> None:
        """To the whole group, as Ctrl-C does."""
        assert self.process is not None
        os.killpg(self.process.pid, number)

    def processes(self) -> list[psutil.Process]:
        """Everything that belongs to this home, found without the code under test."""
        return [process for process in psutil.process_iter() if self._owns(process)]

    def _owns(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            home = str(self.home)
            return process.environ().get("GATEHOUSE_HOME") == home or any(home in word for word in process.cmdline())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False


def until(true: Callable[[], bool], *, seconds: float, run: Run) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, run.read()
        assert run.process is not None
        assert run.process.poll() is None or true(), run.read()
        time.sleep(0.05)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def status(port: int, path: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


@pytest.fixture
def run() -> Iterator[Run]:
    home = Path(tempfile.mkdtemp(prefix="gh-")).resolve()
    run = Run(home, free_port())
    yield run
    while left := run.processes():
        for process in left:
            process.kill()
        time.sleep(0.05)
    if run.process is not None:
        run.process.wait(30)
    shutil.rmtree(home)


def test_it_comes_up_and_goes_down_leaving_nothing(run: Run) -> None:
    run.start()
    until(run.is_up, seconds=50, run=run)
    assert status(run.port, "/readyz") == 200
    _its_call_works(run)
    _a_second_is_refused(run)
    _a_killed_child_comes_back(run)
    run.signal(signal.SIGINT)
    assert run.wait() == 0
    assert run.processes() == []


def test_it_comes_up_again_with_the_same_login_after_it_was_killed(run: Run) -> None:
    begun = time.monotonic()
    run.start()
    until(run.is_up, seconds=50, run=run)
    first = time.monotonic() - begun
    login = login_of(run)
    run.signal(signal.SIGKILL)
    run.wait()
    until_children_are_gone(run)
    run.start()
    until(run.is_up, seconds=max(15.0, first), run=run)  # nothing is made a second time: no slower than the first
    assert login_of(run) == login
    assert run.process is not None
    run.process.terminate()
    assert run.wait() == 0
    assert run.processes() == []


def _its_call_works(run: Run) -> None:
    """The call that it prints, split as a shell does."""
    call = re.search(r"^curl .*?\n.*$", run.output, re.MULTILINE)
    assert call is not None, run.output
    words = shlex.split(call[0])
    headers = dict(value.split(": ", 1) for option, value in pairwise(words) if option == "-H")
    with closing(http.client.HTTPConnection("127.0.0.1", run.port, timeout=10)) as connection:
        connection.request("POST", words[2], words[words.index("-d") + 1], headers)
        response = connection.getresponse()
        assert response.status == 201, response.read()


def _a_second_is_refused(run: Run) -> None:
    other = Run(run.home, free_port())
    assert run.process is not None
    done = subprocess.run(
        [sys.executable, "-m", "config.supervise"],
        cwd=ROOT,
        env=os.environ | {"GATEHOUSE_HOME": str(run.home), "PORT": str(other.port)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert re.fullmatch(rf"Gatehouse cannot run: process {run.process.pid} runs Gatehouse in .*\n", done.stderr)


def _a_killed_child_comes_back(run: Run) -> None:
    beat = next(process for process in run.processes() if "beat" in process.cmdline())
    beat.kill()
    until(lambda: "beat ended with SIGKILL; starting it again in 2 seconds." in run.read(), seconds=20, run=run)
    until(lambda: any("beat" in process.cmdline() for process in run.processes()), seconds=20, run=run)


def login_of(run: Run) -> str:
    found = re.search(r"login (\S+, password \S+)$", run.output, re.MULTILINE)
    assert found is not None, run.output
    return found[1]


def _name(process: psutil.Process) -> str | None:
    """None for one that ended since it was listed."""
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return None


def until_children_are_gone(run: Run) -> None:
    """After SIGKILL: the kernel ends the children; the servers stay for the next start to find."""
    deadline = time.monotonic() + 20
    while [process for process in run.processes() if _name(process) not in {"postgres", "valkey-server", None}]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_port_in_use_is_one_line_that_says_what_to_do(run: Run) -> None:
    with closing(socket.create_server(("127.0.0.1", run.port))):
        assert run.start().wait() == 1
    assert run.read() == (
        f"Gatehouse cannot run: port {run.port} of 127.0.0.1 cannot be used: address already in use. "
        f"Stop what listens there, or choose another port: PORT={run.port + 1} make run\n"
    )
    assert run.processes() == []


def test_a_setting_that_makes_no_sense_is_one_line(run: Run) -> None:
    run.port = 99999
    assert run.start().wait() == 1
    assert run.read().startswith(
        "Gatehouse cannot run: PORT is '99999', which cannot be used: it must be from 1 to 65535."
    )
    assert run.output.count("\n") == 1


def test_a_signal_while_it_starts_ends_it_too(run: Run) -> None:
    run.start()
    until(lambda: "Preparing the database" in run.read(), seconds=50, run=run)
    run.signal(signal.SIGTERM)
    assert run.wait() == 0
    assert run.processes() == []


def test_a_server_that_cannot_be_started_yet_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As on a full disk: it is tried again once there is room."""
    for address in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(address, raising=False)
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("1")  # of another PostgreSQL: this one does not start on it
    supervise._revive(supervise.Options(tmp_path, "127.0.0.1", 8000, web_workers=1, task_workers=1, feed_waiters=0))
    assert "A server had died and cannot be started yet" in capsys.readouterr().out
