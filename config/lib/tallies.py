"""Numbers for Prometheus from where calls come by the thousand a second: kept in the process, handed on once a second.

Where several processes count (config.lib.metrics), each number stands in a file that they map into memory, and writing
to it at every call costs more than the call. What was counted when a process is killed is lost, a second's worth.
"""

import threading
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import Counter, Histogram

HAND_ON_SECONDS: Final = 1.0


class Times(Histogram):
    """A histogram that also takes many observations at once."""

    def take(self, counts: list[int], total: float) -> None:
        """As many more in each bucket, and their sum."""
        for bucket, count in zip(self._buckets, counts, strict=True):
            if count:
                bucket.inc(count)
        self._sum.inc(total)


@dataclass(slots=True)
class TimeTally:
    """Times of one histogram with its labels, not yet handed on."""

    child: Times
    bounds: tuple[float, ...]
    counts: list[int] = field(default_factory=list)
    total: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """It is handed on from now on."""
        self.counts = [0] * (len(self.bounds) + 1)
        _join(self)

    def add(self, seconds: float) -> None:
        """One more."""
        with self.lock:
            self.counts[bisect_left(self.bounds, seconds)] += 1
            self.total += seconds

    def hand_on(self) -> None:
        """To Prometheus."""
        with self.lock:
            counts, total = self.counts, self.total
            self.counts, self.total = [0] * len(counts), 0.0
        if any(counts):
            self.child.take(counts, total)


@dataclass(slots=True)
class CountTally:
    """A counter with its labels, and what is not yet handed on to it."""

    child: Counter
    count: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """It is handed on from now on."""
        _join(self)

    def add(self, number: int = 1) -> None:
        """So many more."""
        with self.lock:
            self.count += number

    def hand_on(self) -> None:
        """To Prometheus."""
        with self.lock:
            count, self.count = self.count, 0
        if count:
            self.child.inc(count)


def hand_on() -> None:
    """All that this process has counted."""
    for tally in _tallies:
        tally.hand_on()


def keep_handing_on() -> None:
    """Have a thread of this process do it once a second. Called again it does nothing."""
    with _lock:
        if _threads and _threads[0].is_alive():
            return
        _threads[:] = [threading.Thread(target=_hand_on_for_ever, name="tallies", daemon=True)]
        _threads[0].start()


def _hand_on_for_ever() -> None:
    while True:
        time.sleep(HAND_ON_SECONDS)
        hand_on()


def _join(tally: TimeTally | CountTally) -> None:
    _tallies.append(tally)


_tallies: Final[list[TimeTally | CountTally]] = []
_threads: Final[list[threading.Thread]] = []
_lock: Final = threading.Lock()
