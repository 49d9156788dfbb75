"""What it costs to look at accounts again where nothing has changed: `make bench-rechecks`.

On servers of its own, filled as bench/containment.py does. All accounts are taken on, then all that asks nobody outside
is due at once, and is looked at until nothing is left. The last line is the ratio of the looks that beat has time for
in a day (15 of every 30 seconds) to those that come due in a day at a million accounts, by the default policy.
`python -m bench.rechecks --accounts N` for more or fewer.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.containment import fill
from config.lib import embedded

ACCOUNTS = 20_000


def main() -> int:
    """Give it servers of its own, fill them, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
        os.environ["STATEMENT_TIMEOUT_MS"] = "0"
        with embedded.running(home) as addresses:
            fill(home, addresses.database_url, chosen.accounts // 2)
            return subprocess.run([sys.executable, "-m", "bench._rechecks_measured"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
