"""How long pages of the console take: `make bench-console` (or `python -m bench.console [--accounts N] [--asked N]`).

On servers of its own, accounts are made as by bench/containment.py, with cases, events, devices, use and rings beside
(bench/_console_filled.py says how many). Then one analyst opens pages over HTTP on granian, one after the other, each
of another account: cases, and the search by account id, e-mail address, phone number, IP address and device; then the
queue, the rings, and the largest of them. Pages are taken whole, as the browser gets them. The last line is the smaller
of two ratios: the 300 ms that a case may take to the p95 of cases, and the 200 ms that a search may take to the p95 of
the slowest way to search.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.containment import fill
from config.lib import embedded

ACCOUNTS, ASKED = 1_000_000, 200
OWN = {"LOG_LEVEL": "ERROR", "GATEHOUSE_DEVELOPMENT": "1", "STATEMENT_TIMEOUT_MS": "0"}


def main() -> int:
    """Give it servers of its own, fill them, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--asked", type=int, default=ASKED, help="pages of each kind")
    parser.add_argument("--kept", type=Path, help="where the servers' data is kept, or to be kept, for another run")
    chosen = parser.parse_args()
    with contextlib.nullcontext(chosen.kept) if chosen.kept else tempfile.TemporaryDirectory() as folder:
        home = Path(folder).absolute()
        home.mkdir(exist_ok=True)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {"GATEHOUSE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings", **OWN}
        with embedded.running(home) as addresses:
            if not (home / "history.jsonl").exists():  # what is filled in is made from it
                begun = time.perf_counter()
                fill(home, addresses.database_url, chosen.accounts // 2)
                print(f"accounts filled in            {time.perf_counter() - begun:>8.0f} s", flush=True)
            measured = [sys.executable, "-m", "bench._console_measured", str(chosen.accounts), str(chosen.asked)]
            return subprocess.run(measured, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
