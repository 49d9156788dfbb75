"""What honest people drawn by lot have in common at signup: `python -m bench.lots [--accounts N] [--seed S]`.

One made-up history (docs/simulate.md) without operators. Of it ever larger shares are drawn by lot, and each is taken
for one group: the nats that its members have in common by what they signed up with, all aspects together, and how many
of the others would be swept in. Rounds hold such a lot against what a large pool shows (risk.rings.looking). The last
line is what the largest share has in common, to what 3 % have.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench._detection_records import run
from config.lib import embedded

SHARES = (0.01, 0.03, 0.05, 0.1, 0.2, 0.4)


def chosen(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--seed", default="lots")
    return parser.parse_args(arguments)


def main() -> int:
    """Draw and tell."""
    given = chosen()
    with tempfile.TemporaryDirectory() as folder:
        run("-m", "risk.intel.build", "--home", folder)
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
        with embedded.environment(Path(folder)):
            command = [sys.executable, "-m", "bench._lots_drawn", str(given.accounts), given.seed]
            return subprocess.run([*command, *map(str, SHARES)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
