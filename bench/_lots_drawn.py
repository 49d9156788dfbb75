"""The measured part of bench/lots.py, inside Django: `python -m bench._lots_drawn ACCOUNTS SEED SHARE ...`."""

import sys

import numpy as np

from bench._detection_fast import policy_in_use
from bench._usage_made import Traced
from bench.simulation.population import Plan, history
from risk.rings.columns import Columns, columns
from risk.rings.detection import sweep, with_profiles
from risk.rings.profiles import Groups

DAYS = 45
SEED = 1  # of the lots


def people(accounts: int, seed: str) -> Columns:
    """Honest people as rounds see them."""
    traced = Traced(policy_in_use())
    for line in history(Plan(accounts, DAYS, seed, operated=0.0)):
        traced.add(line)
    links, tells = traced.arrays()
    return columns(np.arange(len(links), dtype=np.int64), np.array(traced.at), links, tells)


def drawn(accounts: Columns, share: float, dice: np.random.Generator) -> tuple[int, float, int]:
    """How many are drawn by lot, the nats that they have in common, and how many others would be swept in."""
    number = int(share * len(accounts))
    rows = np.sort(dice.choice(len(accounts), number, replace=False))
    found = with_profiles(accounts, Groups(rows, np.zeros(number, dtype=np.int64), 1))
    return (
        number,
        float(found.fit.nats.mean(axis=1).sum()),
        len(sweep(found, np.ones(1, dtype=bool)).groups.rows) - number,
    )


def main() -> None:
    """Tell a line for each share."""
    accounts, dice = people(int(sys.argv[1]), sys.argv[2]), np.random.default_rng(SEED)
    found = {}
    for share in map(float, sys.argv[3:]):
        number, nats, others = drawn(accounts, share, dice)
        found[share] = nats
        print(f"{share:6.1%} of {len(accounts):,}: {number:,} drawn, {nats:.1f} nats in common, {others:,} swept in")
    print(f"ratio: {found[max(found)] / found[0.03]:.1f}")


if __name__ == "__main__":
    main()
