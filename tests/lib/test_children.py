"""Children are kept running, given up when they keep dying, and leave nothing behind."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from config.lib import children
from config.lib.children import Child, ChildError, end, run_through

PARENT = """
import sys, time
from config.lib.children import start
print(start([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
time.sleep(60)
"""


class Quiet(children.Signals):
    """No signal handlers inside the tests' own process."""

    def __init__(self) -> None:
        self.came = 0


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether a process has ended; a zombie that nobody collects has."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def process_of(child: Child) -> "subprocess.Popen[bytes]":
    assert child.process is not None
    return child.process


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_child_that_dies_is_started_again_after_a_pause() -> None:
    said: list[str] = []
    child = Child("web", python("import time; time.sleep(60)"), said.append)
    child.tend(100.0)
    first = process_of(child)
    first.kill()
    first.wait()
    child.tend(200.0)
    child.tend(201.9)
    assert child.process is None
    child.tend(202.1)
    assert said == ["web ended with SIGKILL; starting it again in 2 seconds."]
    end([process_of(child)])


def test_a_child_that_keeps_dying_is_given_up_with_its_exit_code() -> None:
    child = Child("worker", python("raise SystemExit(3)"), print)

    def live(now: float) -> None:
        child.tend(now)
        process_of(child).wait()
        child.tend(now + 1)

    live(0)
    live(10)
    with pytest.raises(ChildError, match=r"^worker ended 3 times soon after its start, last with exit code 3\.$"):
        live(20)


def test_a_child_that_will_not_end_is_killed_with_all_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(children, "LONGEST_STOP", 0.3)
    pids = tmp_path / "pids"
    deaf = "import os, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    deaf += "os.fork(); open(sys.argv[1], 'a').write(f'{os.getpid()} '); time.sleep(60)"
    process = children.start([*python(deaf), str(pids)])
    until(lambda: pids.exists() and len(pids.read_text(encoding="ascii").split()) == 2)
    end([process])
    until(lambda: all(gone(int(pid)) for pid in pids.read_text(encoding="ascii").split()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_children_die_with_a_parent_that_is_killed() -> None:
    with subprocess.Popen([*python(PARENT)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not gone(child)
        parent.send_signal(signal.SIGKILL)
    until(lambda: gone(child))


def test_a_command_gives_its_output_or_fails_with_its_name() -> None:
    assert run_through(python("print('x' * 100_000)"), Quiet()) == b"x" * 100_000 + b"\n"
    with pytest.raises(ChildError, match=r"`-c raise SystemExit\(2\)` ended with exit code 2"):
        run_through(python("raise SystemExit(2)"), Quiet())


def test_a_signal_ends_a_command_half_way() -> None:
    signals = Quiet()
    signals.came = signal.SIGTERM
    began = time.monotonic()
    with pytest.raises(children.Stopped):
        run_through(python("import time; time.sleep(60)"), signals)
    assert time.monotonic() - began < 10


def test_some_can_be_started_before_the_others() -> None:
    wanted = {name: python("import time; time.sleep(60)") for name in ("web", "worker")}
    with children.Children(wanted, Quiet(), lambda _: None) as all_of_them:
        all_of_them.tend("web")
        web, worker = all_of_them._children
        assert (web.process is not None, worker.process) == (True, None)
        all_of_them.tend()
        assert worker.process is not None
