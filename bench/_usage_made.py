"""Traces and use of a made-up history without a database: `python -m bench._usage_made ACCOUNTS DAYS SEED OUT`.

What a signup shows is looked at as in bench/_detection_fast.py, and where a window's calls came from as it is when a
window is stored.
"""

import sys
from array import array
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench._detection_fast import policy_in_use, seen
from bench._usage_windows import Windows
from bench.simulation.population import Line, Plan, history
from bench.simulation.use.after import After
from risk.gather import network_data
from risk.policy import Policy
from risk.rings.columns import Ints
from risk.usage.rows import Egresses, client_of, number_of

COLUMNS = ("row", "start", "address", "network", "client", "requests", "hosted", "sketch", "sketch_of")


class Taken:
    """Windows, taken in column by column."""

    def __init__(self) -> None:
        self._egresses = Egresses(network_data.find)
        self._clients: dict[str, int] = {}
        self._columns = {name: array("q") for name in COLUMNS}
        self._number = 0

    def add(self, row: int, window: dict[str, Any]) -> None:
        """One more window of an account."""
        egress, client, columns = self._egresses.of(window["ip"]), window["client"], self._columns
        if client not in self._clients:
            self._clients[client] = client_of(client)
        columns["row"].append(row)
        columns["start"].append(int(datetime.fromisoformat(window["window_start"]).timestamp()))
        columns["address"].append(egress.address)
        columns["network"].append(egress.network)
        columns["client"].append(self._clients[client])
        columns["requests"].append(window["requests"])
        columns["hosted"].append(int(egress.hosted))
        columns["sketch"].extend(number_of(sketch) for sketch in window["prompt_sketches"])
        columns["sketch_of"].extend([self._number] * len(window["prompt_sketches"]))
        self._number += 1

    def windows(self) -> Windows:
        """All of them, in the order of time."""
        return Windows(**{name: np.array(column, dtype=np.int64) for name, column in self._columns.items()}).ordered()


class Traced:
    """Signups, taken in one by one."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.at: list[float] = []
        self.links: list[list[int]] = []
        self.tells: list[list[int]] = []

    def add(self, line: Line) -> int:
        """One more; its row."""
        row = len(self.at)
        one = seen(line, row + 1, self._policy)
        self.at.append(line.at.timestamp())
        self.links.append(one.trace)
        self.tells.append(one.tells)
        return row

    def arrays(self) -> tuple[Ints, Ints]:
        """Links and tells by account."""
        return np.array(self.links, dtype=np.int64), np.array(self.tells, dtype=np.int64)


def make(plan: Plan, out: Path) -> None:
    """Make one history and write it."""
    after, taken, traced = After(plan), Taken(), Traced(policy_in_use())
    truth: list[tuple[str, str, str]] = []
    for line in history(plan):
        row = traced.add(line)
        for window in after.windows(f"acct_{row + 1:07}", line):
            taken.add(row, window)
        operator = line.operator or ""
        truth.append((line.group, operator, after.operators[operator].way if operator else ""))
    links, tells = traced.arrays()
    group, operators, way = (np.array(part) for part in zip(*truth, strict=True))
    windows = taken.windows()
    of_windows = {name: getattr(windows, name) for name in COLUMNS}
    np.savez(
        out, at=np.array(traced.at), links=links, tells=tells, group=group, operator=operators, way=way, **of_windows
    )


def main() -> None:
    """Make what the arguments say."""
    accounts, days, seed, out = sys.argv[1:]
    make(Plan(int(accounts), int(days), seed), Path(out))


if __name__ == "__main__":
    main()
