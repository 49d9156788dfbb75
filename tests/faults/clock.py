"""The clock of Gatehouse's own processes, set from outside while they run; PostgreSQL and Valkey keep the true time.

A library of forty lines (clock.c) stands between them and the system, made by this machine's C compiler. libfaketime
does not do: of its version 0.9.10, sleeping returns an error in Python 3.11 once durations are left alone.
"""

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


@dataclass(frozen=True, slots=True)
class Clock:
    """What the processes are told of the time: so many seconds from the true one."""

    file: Path
    library: Path

    def set(self, seconds: int) -> None:
        """Let it jump, for all at once."""
        with self.file.open("r+b") as shared:
            shared.write(struct.pack("=q", seconds))

    def settings(self) -> dict[str, str]:
        """What a process has to be started with."""
        return {"LD_PRELOAD": str(self.library), "GATEHOUSE_CLOCK": str(self.file)}


@contextmanager
def clock() -> Iterator[Clock | None]:
    """A clock that shows the true time at first; None where there is no compiler."""
    compiler = shutil.which("cc")
    with tempfile.TemporaryDirectory(prefix="gh-clock-") as folder:
        Path(folder).chmod(0o755)
        made = Clock(Path(folder) / "seconds", Path(folder) / "clock.so")
        made.file.write_bytes(struct.pack("=q", 0))
        if compiler is not None:
            command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(made.library), str(SOURCE), "-ldl"]
            subprocess.run(command, check=True)
        yield made if compiler is not None else None
