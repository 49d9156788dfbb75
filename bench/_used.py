"""What a process uses of a machine, with those that it starts: they work beside it, and their memory is there too."""

import os
import re
import resource
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

LOOK_EVERY = 0.2  # seconds between two looks at the memory


def processor() -> float:
    """Seconds of all cores until now, of this process and of those that it started and that have ended."""
    of = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in of)


def megabytes(process: psutil.Process) -> float:
    """The memory of a process and of those that it started. Raises NoSuchProcess where one has ended meanwhile."""
    return float(sum(each.memory_info().rss for each in [process, *process.children(recursive=True)]) / 2**20)


def noted() -> float:
    """The most memory that this process ever had, in MB, as Linux notes it; 0 elsewhere.

    `ru_maxrss` is no measure of it: a process that is started begins with what its parent has (man 2 getrusage).
    """
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text(encoding="ascii")) if status.exists() else None
    return int(found[1]) / 1024 if found else 0.0


class Memory:
    """`with Memory() as memory:` and `memory.largest`, in MB, is the most that was seen while it went on.

    Of this process alone what the system has noted since it began counts too, where it does: that misses nothing.
    """

    def __init__(self) -> None:
        self.largest = 0.0
        self._ended = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._looking.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._looking.join()
        self.largest = max(self.largest, noted())

    def _look(self) -> None:
        own = psutil.Process(os.getpid())
        while not self._ended.wait(LOOK_EVERY):
            try:
                self.largest = max(self.largest, megabytes(own))
            except psutil.NoSuchProcess:
                continue
