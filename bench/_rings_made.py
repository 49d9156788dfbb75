"""Traces of made-up people without a database: `python -m bench._rings_made ACCOUNTS SEED OPERATED OUT`.

What a signup shows is looked at as risk.gather looks at it, but with no memory: there are no counts of others, and a
device is known by its own name alone. Written are arrays by account, in the order in which they came.
"""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench._detection_fast import policy_in_use, seen
from bench.simulation.population import Plan, history

DAYS = 45


def rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """Each account: time, trace, tells, whether its mailbox is at a provider for everybody, group, operator."""
    policy = policy_in_use()
    for number, line in enumerate(history(plan)):
        one = seen(line, number, policy)
        public = one.facts.mailbox is not None and one.facts.mailbox.free
        yield line.at.timestamp(), one.trace, one.tells, public, line.group, line.operator or ""


def main() -> None:
    """Make one history and write it."""
    accounts, seed, operated, out = sys.argv[1:]
    plan = Plan(int(accounts), DAYS, seed, operated=float(operated))
    at, links, tells, public, group, operator = zip(*rows(plan), strict=True)
    np.savez(
        out,
        at=np.array(at),
        links=np.array(links, dtype=np.int64),
        tells=np.array(tells, dtype=np.int64),
        public=np.array(public),
        group=np.array(group),
        operator=np.array(operator),
    )


if __name__ == "__main__":
    main()
