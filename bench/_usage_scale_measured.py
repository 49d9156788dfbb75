"""The measured part of bench/usage_scale.py: `python -m bench._usage_scale_measured HISTORY ACCOUNTS WINDOWS`."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from django.db import connection

from bench._detection_records import DAYS
from bench._usage_history import read
from bench._usage_scale_copied import fill
from bench._used import Memory, processor
from risk.rings import looking, rounds
from risk.rings.use import evidence, pools

ALLOWED_SECONDS, ALLOWED_MB, MILLION = 300.0, 8_192, 1_000_000
# What a round calls in its parts, under the name by which it is called; indented are parts of the part above.
PARTS: tuple[tuple[str, ModuleType, str], ...] = (
    ("reading signups", rounds, "read"),
    ("reading use", rounds, "use_of"),
    ("  families of templates", evidence, "families"),
    ("looking", rounds, "look"),
    ("  groups by signups", looking, "find"),
    ("  pools by use", looking, "pools"),
    ("    communities", pools, "communities"),
    ("    settled", evidence, "settled"),
    ("  judging", looking, "_judged"),
    ("  sweeping", looking, "sweep"),
    ("writing", rounds, "write"),
)


class Stopwatch:
    """Seconds by part, added up over calls."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def watch(self, name: str, module: ModuleType, function: str) -> None:
        """Time a function wherever this module calls it."""
        watched: Callable[..., Any] = getattr(module, function)
        self.seconds[name] = 0.0

        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return watched(*arguments, **named)
            finally:
                self.seconds[name] += time.perf_counter() - started

        setattr(module, function, timed)


def main() -> None:
    """Fill, run the round, and tell what it took."""
    history, accounts, windows = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    started = time.perf_counter()
    ends = fill(read(history, DAYS), accounts, windows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM risk_trace), (SELECT count(*) FROM risk_usagewindow)")
        stored = cursor.fetchone()
    print(f"stored in {time.perf_counter() - started:.0f} s: {stored[0]:,} accounts, {stored[1]:,} windows", flush=True)
    stopwatch = Stopwatch()
    for part in PARTS:
        stopwatch.watch(*part)
    with Memory() as memory:
        started, worked = time.perf_counter(), processor()
        done = rounds.run(at=ends + timedelta(hours=1), full=True)
        seconds, worked = time.perf_counter() - started, processor() - worked
    for name, took in stopwatch.seconds.items():
        print(f"{name:<26}{took:9.1f} s")
    print(f"{'in all':<26}{seconds:9.1f} s, {worked:.1f} s of the processor, {memory.largest:,.0f} MB at most")
    print(f"{done.rings:,} rings, {done.members:,} members")
    allowed = ALLOWED_SECONDS * accounts / MILLION
    print(f"{ALLOWED_SECONDS:.0f} s and {ALLOWED_MB:,} MB are allowed for a million; scaled to this {allowed:.0f} s")
    print(f"ratio: {allowed / seconds:.2f}")


if __name__ == "__main__":
    main()
