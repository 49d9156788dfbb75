"""What an attack gets before it is held: `make bench-attack`.

`python -m bench.attack [--accounts N] [--honest N] [--exits WAY ...] [--hours H] [--later H]`. One operator of 25,000
accounts that rotate everything at signup, each making 25.6 exchanges a day for 45 days (28.8 million in all), comes
among honest people (docs/simulate.md) over the days that its pace draws, from 15 to 35; it calls by residential
proxies, or by servers of its own. Full rounds of detection run every few hours, with what was known by then; who stands
in what is surely a ring is held a minute later and makes nothing more. Once the operator's first ring is held, rounds
are run less often here than at a real door, which only adds to what it gets. Who is never held is counted with all of
its 45 days. What a newcomer shows at signup holds nobody here.

There is no database. The last line is the share that is asked for, 5 %, to the worst measured.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench._attack_report import ALLOWED, HEADING, Asked, Played, lines
from bench._detection_records import run
from bench._usage_report import section
from config.lib import embedded


def played(asked: Asked, home: Path) -> Played:
    """One attack, in a process of its own."""
    out = home / "played.json"
    os.environ |= {"GATEHOUSE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
    with embedded.environment(home):
        command = [sys.executable, "-m", "bench._attack_played", json.dumps(asdict(asked)), str(out)]
        subprocess.run(command, check=True, stdout=sys.stderr)
    return Played(**json.loads(out.read_text()))


def chosen(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=25_000, help="the operator's")
    parser.add_argument("--honest", type=int, default=25_000, help="other people's accounts")
    parser.add_argument("--exits", nargs="+", choices=("proxies", "servers"), default=["proxies", "servers"])
    parser.add_argument("--kind", default="all_rotating", help="of operator, as simulate has it")
    parser.add_argument("--seed", default="attack")
    parser.add_argument("--hours", type=float, default=6.0, help="from round to round, until a ring is held")
    parser.add_argument("--later", type=float, default=24.0, help="and after it")
    parser.add_argument("--after", type=float, default=3.0, help="days that are played after the last signup")
    parser.add_argument("--out", type=Path, help="a page that gets the results")
    return parser.parse_args(arguments)


def main() -> int:
    """Play and tell; 1 where more is got than is allowed."""
    given = chosen()
    asked = {name: getattr(given, name) for name in ("accounts", "honest", "kind", "seed", "hours", "later", "after")}
    attacks = [Asked(**asked, exits=exits) for exits in given.exits]
    with tempfile.TemporaryDirectory() as folder:
        run("-m", "risk.intel.build", "--home", folder)
        found = [(each, played(each, Path(folder))) for each in attacks]
    told = lines(found)
    print("\n".join(told))
    if given.out:
        given.out.write_text(section(given.out.read_text(encoding="utf-8"), HEADING, told), encoding="utf-8")
    worst = max(each.share for _, each in found)
    print(f"ratio: {ALLOWED / worst:.2f}")
    return 0 if worst <= ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
