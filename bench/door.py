"""What a tier lookup costs the web process that answers it, without granian and whoever calls over it.

`python -m bench.door [--accounts N] [--calls N]`. PostgreSQL and Valkey are real. Processor time alone is taken, which
a busy machine stretches less than it does rates; what PostgreSQL and Valkey spend is not in it. The last line is the
ratio of a call with a local copy to one for which Valkey is asked.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from bench.lookup import LIMITS, prepare
from config.lib import embedded

TURNS = 5
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def calls(key: str, accounts: int, number: int) -> list[dict[str, Any]]:
    """As granian hands them over."""
    common = {"REQUEST_METHOD": "GET", "QUERY_STRING": "", "HTTP_AUTHORIZATION": f"Bearer {key}"}
    names = (f"acct_{random.randint(1, accounts)}" for _ in range(number))
    return [common | {"PATH_INFO": f"/v1/accounts/{name}/tier"} for name in names]


def microseconds(application: Application, environs: Sequence[dict[str, Any]]) -> float:
    """Of processor for a call."""
    statuses: list[str] = []

    def start_response(status: str, _: object) -> None:
        statuses.append(status)

    begun = time.process_time()
    for environ in environs:
        list(application(environ, start_response))
    spent = time.process_time() - begun
    if set(statuses) != {"200 OK"}:
        raise RuntimeError(set(statuses))
    return 1e6 * spent / len(environs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=200, help="that are asked for")
    parser.add_argument("--calls", type=int, default=5_000, help="in each turn")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {**LIMITS, "GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        with embedded.running(Path(folder)) as addresses:
            key = prepare(addresses.database_url, chosen.accounts)
            application = import_string("config.wsgi.application")  # as granian does, once the settings can be read
            spent: dict[int, list[float]] = {}
            for copies in [settings.LOCAL_COPIES, 0] * TURNS:
                settings.LOCAL_COPIES = copies
                microseconds(application, calls(key, chosen.accounts, chosen.calls))  # warm
                spent.setdefault(copies, []).append(
                    microseconds(application, calls(key, chosen.accounts, chosen.calls))
                )
    copied, asked = (statistics.median(each) for each in spent.values())
    print(f"local copies {copied:.1f} us of processor a call, Valkey each time {asked:.1f} (median of {TURNS} turns)")
    print(f"ratio: {copied / asked:.2f}")


if __name__ == "__main__":
    main()
