"""`make hostile`, or `python -m tests.hostile [--inputs N] [--seed S]`: made-up hostile inputs through the HTTP door.

Prints what calls were answered with; the exit code is 1 where one was answered by a 5xx, not at all, or not within a
second however often it was sent, where an input among many was told nothing of, or where a web process went on growing.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from config.lib import secretfile
from tests.hostile.run import attack, site, table


def main() -> int:
    """Attack and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    os.environ |= {name: make() for name, make in secretfile.MAKERS.items()}
    os.environ |= {"GATEHOUSE_DEVELOPMENT": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    with tempfile.TemporaryDirectory(prefix="gh-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user when root attacks
        with site(Path(folder)) as attacked:
            came = attack(attacked, chosen.inputs, chosen.seed, _say)
    _say(table(came))
    return int(bool(came.wrong) or came.grows())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
