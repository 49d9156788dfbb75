"""Child processes that are kept running together, and ended together.

A child that dies is started again after a pause; one that keeps dying is given up. Children die with this process even
where it is killed (on Linux, which alone can do that).
"""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]

# Seconds.
LOOK_EVERY = 0.25
LONGEST_STOP = 20.0
# A child that ends sooner than this after its start has ended quickly; that often in a row, and it is given up.
QUICK = 10.0
GIVEN_UP_AFTER = 3

PR_SET_PDEATHSIG = 1  # prctl(2)
LIBC = ctypes.CDLL(None)


class ChildError(Exception):
    """A child keeps dying, or did not do its work. The message is one line that says which."""


class Stopped(Exception):
    """A signal asked for the end."""


class Signals:
    """Notes a signal that asks for the end; whoever waits looks here, so that nothing is cut off half way."""

    def __init__(self) -> None:
        self.came = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def check(self) -> None:
        """Raises Stopped where one came."""
        if self.came:
            raise Stopped

    def _note(self, number: int, _: FrameType | None) -> None:
        self.came = number


@dataclass(slots=True)
class Child:
    """One process that is kept running."""

    name: str
    command: list[str]
    say: Callable[[str], None]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_ends: int = 0

    def tend(self, now: float) -> None:
        """Starts it where it does not run and its pause is over. Raises ChildError where it keeps dying."""
        if self.process is None:
            if now >= self.started + self.pause:
                self.process, self.started = start(self.command), now
        elif (code := self.process.poll()) is not None:
            _kill_group(self.process.pid)  # what it leaves behind would go on at the same port or queue
            self._note_end(now, code)

    @property
    def pause(self) -> float:
        """Seconds from one quick end to the next start, doubled each time."""
        return 2.0**self.quick_ends if self.quick_ends else 0.0

    def _note_end(self, now: float, code: int) -> None:
        self.quick_ends = self.quick_ends + 1 if now - self.started < QUICK else 1
        self.process, self.started = None, now
        if self.quick_ends >= GIVEN_UP_AFTER:
            raise ChildError(
                f"{self.name} ended {self.quick_ends} times soon after its start, last with {ending(code)}."
            )
        self.say(f"{self.name} ended with {ending(code)}; starting it again in {self.pause:g} seconds.")


class Children:
    """All of them, ended together."""

    def __init__(self, wanted: Mapping[str, list[str]], signals: Signals, say: Callable[[str], None]) -> None:
        self.signals = signals
        self._children = [Child(name, command, say) for name, command in wanted.items()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        end([child.process for child in self._children if child.process is not None])

    def tend(self, *only: str) -> None:
        """Looks after each, or after these, then rests for a moment. Raises Stopped or ChildError."""
        self.signals.check()
        for child in self._children:
            if not only or child.name in only:
                child.tend(time.monotonic())
        time.sleep(LOOK_EVERY)


def run_through(command: list[str], signals: Signals) -> bytes:
    """The output of a command that ends by itself. Raises ChildError where it fails, Stopped where a signal came."""
    with start(command, output=subprocess.PIPE) as process:
        try:
            output = _output(process, signals)
        finally:
            end([process])
    if process.returncode != 0:
        raise ChildError(
            f"`{' '.join(command[1:])}` ended with {ending(process.returncode)}; what it said stands above."
        )
    return output


def _output(process: "subprocess.Popen[bytes]", signals: Signals) -> bytes:
    while True:
        signals.check()
        try:
            return process.communicate(timeout=LOOK_EVERY)[0]
        except subprocess.TimeoutExpired:
            continue


def start(command: list[str], *, output: int | None = None) -> "subprocess.Popen[bytes]":
    """A child in a process group of its own, so that the terminal's Ctrl-C reaches it through us alone."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        process_group=0,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 - one thread only
    )


def end(processes: list["subprocess.Popen[bytes]"]) -> None:
    """Asks all to end, and kills what is left of their groups after a while."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + LONGEST_STOP
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
        time.sleep(0.05)
    for process in processes:
        _kill_group(process.pid)
        process.wait()


def ending(code: int) -> str:
    """An exit code in words."""
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _die_with_parent() -> None:
    """Has the kernel end this child when its parent dies, even by SIGKILL."""
    prctl = getattr(LIBC, "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
