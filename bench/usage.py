"""How fast usage windows are taken in: from a file, and over HTTP in calls of a thousand.

`make bench-usage` (or `python -m bench.usage [--windows N] [--accounts N] [--seconds S]`). PostgreSQL and Valkey are
real. The windows are made up: accounts call from one to three addresses with one of a few clients, in the order of
time, with up to four sketches. The last line is the ratio of the rate from the file to the 20,000 windows a second that
are asked for.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.lookup import LIMITS, prepare
from bench.signup import Site, free_port, load, run, serving
from config.lib import embedded

BY_FILE, BY_HTTP = 20_000, 2_000  # windows a second that are asked for
CALL = 1_000  # windows
CONNECTIONS, TURNS = 2, 3
CLIENTS = ("python-sdk/1.4.2", "node-sdk/2.0.1", "curl/8.9", "go-sdk/0.3")
KEY = (
    "from config.lib.auth import create_key;"
    "print(create_key(kind='secret', scopes=['usage:write'], application='bench', name='bench'))"
)


def windows(accounts: int, *, begin: datetime, seed: int) -> Iterator[dict[str, Any]]:
    """Windows hour after hour, without end."""
    dice = random.Random(seed)
    homes = [[_address(dice) for _ in range(dice.randint(1, 3))] for _ in range(accounts)]
    while True:
        for account in dice.sample(range(accounts), max(1, accounts // 5)):
            yield {
                "account_id": f"acct_{account + 1}",
                "window_start": begin.isoformat(),
                "requests": dice.randint(1, 90),
                "input_tokens": dice.randint(100, 90_000),
                "output_tokens": dice.randint(100, 90_000),
                "ip": dice.choice(homes[account]),
                "client": CLIENTS[account % len(CLIENTS)],
                "prompt_sketches": [f"{dice.getrandbits(64):016x}" for _ in range(dice.randint(0, 4))],
            }
        begin += timedelta(hours=1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=20_000, help="stored")
    parser.add_argument("--windows", type=int, default=400_000, help="in the file")
    parser.add_argument("--seconds", type=float, default=5.0, help="of load in each turn over HTTP")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as up:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        addresses = up.enter_context(embedded.running(home))
        prepare(addresses.database_url, chosen.accounts)
        by_file = _from_file(home / "usage.jsonl", chosen.accounts, chosen.windows)
        by_http = _over_http(chosen.accounts, chosen.seconds)
    print(f"from a file   {by_file:8,.0f} windows a second, where {BY_FILE:,} are asked for")
    print(f"over HTTP     {by_http:8,.0f} windows a second, where {BY_HTTP:,} are asked for")
    print(f"ratio: {by_file / BY_FILE:.2f}")


def _from_file(file: Path, accounts: int, number: int) -> float:
    with file.open("w", encoding="utf-8") as lines:
        made = windows(accounts, begin=datetime(2026, 8, 3, tzinfo=UTC), seed=1)
        lines.writelines(f"{json.dumps(window)}\n" for window in islice(made, number))
    begun = time.monotonic()
    run("manage.py", "import_usage", str(file))
    return number / (time.monotonic() - begun)


def _over_http(accounts: int, seconds: float) -> float:
    key = run("manage.py", "shell", "--verbosity", "0", "--command", KEY).split()[-1]
    port = free_port()
    made = windows(accounts, begin=datetime(2026, 9, 7, tzinfo=UTC), seed=2)
    headers = {"Authorization": f"Bearer {key}"}
    with serving("config.wsgi:application", port, dict(LIMITS)):
        rates = []
        for turn in range(TURNS):
            bodies = iter([json.dumps(list(islice(made, CALL))).encode() for _ in range(round(100 * seconds))])
            site = Site("usage", port, "/v1/usage", headers, 200, bodies)
            done = load(site, connections=CONNECTIONS, seconds=seconds)
            rates.append(CALL * done.rate)
            print(f"turn {turn + 1}: {CALL * done.rate:,.0f} windows a second in calls of {CALL}: {done}", flush=True)
    return statistics.median(rates)


def _address(dice: random.Random) -> str:
    return f"{dice.choice((8, 72, 91, 104))}.{dice.randint(0, 255)}.{dice.randint(0, 255)}.{dice.randint(1, 254)}"


if __name__ == "__main__":
    main()
