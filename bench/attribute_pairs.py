"""How many forged browsers the learnt pairs of attributes give away, and how many honest ones they hit.

`make bench-attribute-pairs` (or `python -m bench.attribute_pairs [--learn N] [--hold N]`). A made-up population
(bench/_devices.py says how it is made) signs up over forty days into a PostgreSQL of its own, through the same `note`
and `learn` as live signups; others of it, never learnt from, and forged browsers are then judged by the same signals.

Forged browsers are drawn in four ways from the attributes of the held-out people, none of which the table has seen:
  one by one          every attribute from another person
  all but the header  system, browser and platform from one person, every other attribute from another
  within the system   each attribute from another person with the same system and browser: a careful generator
  card swapped        a whole real browser, with the graphics of another person with the same system
and, to compare, whole copies of real browsers, which no pair can give away. Then a flood of one forged pair comes from
a thousand networks a day, and the days are counted until it is usual. The last line is the ratio of how often "one by
one" is hit to how often honest people are (with one hit added to theirs, so that it is never divided by none).
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Measure and print, in a home of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learn", type=int, default=60_000, help="people to learn from")
    parser.add_argument("--hold", type=int, default=20_000, help="people held out, and forged browsers of each kind")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user when root measures
        environment = {**os.environ, "GATEHOUSE_HOME": folder, "LOG_LEVEL": "CRITICAL"}
        measure = f"from bench._judge_pairs import measure; measure(learn_from={chosen.learn}, hold={chosen.hold})"
        for command in (["migrate", "--verbosity", "0"], ["shell", "--no-imports", "-c", measure]):
            subprocess.run([sys.executable, "manage.py", *command], env=environment, check=True)


if __name__ == "__main__":
    main()
