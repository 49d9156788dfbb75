"""Everybody decided again beside the daily work: `make bench-redecide` (or `python -m bench.redecide [--accounts N]`).

On servers of its own, accounts are made as by bench/containment.py. Workers run as `make run` starts them, for codes
and for bulk, one task at a time each. People sign up and ask for codes, one after the other, and it is measured how
long each waits for theirs: first with nothing else to do, then while a policy that was put in force reaches accounts
of before, then while everybody is decided again by it. The last line is the ratio of the longest that is allowed, twice
the p95 without bulk, to the worse p95 beside it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.containment import fill
from config import queues
from config.lib import embedded
from config.lib.children import start

ACCOUNTS, PROBES = 1_000_000, 150
OWN = {"LOG_LEVEL": "ERROR", "GATEHOUSE_DEVELOPMENT": "1", "LIMIT_SECRET": "600000/minute", "RECHECK_SECONDS": "3600"}
FILLING = {"STATEMENT_TIMEOUT_MS": "0"}


@contextmanager
def workers() -> Iterator[int]:
    """The workers for codes and for bulk while the block runs; the process of the second."""
    celery = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app", "config", "worker"]
    options = ["--concurrency", "1", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    running = [
        start(
            [
                *queues.GENTLY.get(name, ()),
                *(*celery, *options),
                *("--hostname", f"{name}@%h", "--queues", ",".join(line.name for line in lines)),
            ]
        )
        for name, lines in queues.WORKERS.items()
        if name != "outside"
    ]
    try:
        yield running[-1].pid
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(60)


def measure(accounts: int, probes: int) -> None:
    """Fill, run and print."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {"GATEHOUSE_HOME": folder, **OWN}
        with embedded.running(home) as addresses:
            fill(home, addresses.database_url, accounts // 2)
            with workers() as bulk:
                command = [sys.executable, "-m", "bench._redecide_measured", str(bulk), str(probes)]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--probes", type=int, default=PROBES)
    chosen = parser.parse_args()
    measure(chosen.accounts, chosen.probes)
