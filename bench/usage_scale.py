"""What a full round with use costs: `python -m bench.usage_scale ACCOUNTS WINDOWS` (`make bench-usage-scale`).

On servers of its own, a made-up history of a few thousand accounts with use is copied inside PostgreSQL until there are
as many accounts and windows as asked for. Each copy is a population of its own: what is people's own (addresses,
networks, devices, cards, numbers, mailboxes) and what they ask is another copy's nowhere. Browsers, agents and clients
are the same everywhere, but honest people change devices, names and kinds of cards with each other from copy to copy:
else each would stand there many times over. All windows lie within the days that detection looks back. Then the round
that production runs is run once: reading, looking and writing, by parts, and the largest memory of
its process and those that it starts.

The last line is the ratio of the five minutes that are allowed for a million accounts and 50 million windows, scaled to
what was asked for, to those measured.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench._detection_records import DAYS, manage, run
from bench._usage_history import made
from bench.simulation.population import Plan
from config.lib import embedded

ACCOUNTS, WINDOWS = 100_000, 5_000_000
COPIED, SEED = 4_000, "scale"  # accounts of the history that is copied


def main() -> int:
    """Make the history, give it servers, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("accounts", type=int, nargs="?", default=ACCOUNTS)
    parser.add_argument("windows", type=int, nargs="?", default=WINDOWS)
    parser.add_argument("--history", type=Path, help="where the history that is copied is kept, or to be kept")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        history = chosen.history or home / "history.npz"
        if not history.exists():
            run("-m", "risk.intel.build", "--home", folder)
            made(Plan(COPIED, DAYS, SEED), home / "intel", history)
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
        os.environ["STATEMENT_TIMEOUT_MS"] = "0"
        with embedded.running(home):
            manage("migrate", "--verbosity", "0")
            asked = str(history), str(chosen.accounts), str(chosen.windows)
            return subprocess.run([sys.executable, "-m", "bench._usage_scale_measured", *asked], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
