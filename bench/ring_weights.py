"""The weights of the judging of rings (risk/rings/judging.py), fitted to made-up histories.

`python -m bench.ring_weights [--seeds N] [--accounts N]` makes histories by seeds of its own, looks for groups in each,
fits weights to half of the histories, and prints what these find in the other half beside what the weights in force
find there. Then it prints weights that all histories teach, in the order in which risk/rings/judging.py has them.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from bench._detection_left_out import Groupings, groupings, judged_by, without
from bench._detection_measures import Numbers, caught
from bench._detection_records import Records, fast, run
from bench.simulation.population import OPERATORS, Plan
from risk.rings.columns import Floats
from risk.rings.judging import BASE, weights
from risk.rings.profiles import ASPECTS

SEEDS, ACCOUNTS, DAYS, AT_ONCE = 10, 18_000, 45, 2
NAME = "weights {}"  # of a seed: no history of another benchmark has it


def history(number: int, accounts: int, intel: Path) -> tuple[Records, Groupings]:
    """One history and the groups in it."""
    records = fast(Plan(accounts, DAYS, NAME.format(number)), intel)
    return records, groupings(records)


def found_by(learnt: Floats, histories: Sequence[tuple[Records, Groupings]]) -> Numbers:
    """The mean over histories of what weights find."""
    each = [caught(records, judged_by(learnt, groups, len(records))) for records, groups in histories]
    return {name: float(np.nanmean([one.get(name, np.nan) for one in each])) for name in each[0]}


def told(name: str, found: Numbers) -> str:
    """One line of the result."""
    recall = ", ".join(f"{kind} {found[f'recall {kind}']:.2f}" for kind in OPERATORS)
    return f"{name}: {recall}; honest people in rings {found['false all']:.5f}"


def named(learnt: Floats) -> list[str]:
    """Weights by their names."""
    names = [*(aspect.value for aspect in ASPECTS), "programs", "size"]
    return [f"{name} {weight:.2f}" for name, weight in zip([*names, "base"], learnt, strict=True)]


def main() -> int:
    """Fit and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="histories, at least 2")
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help="of each history")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(AT_ONCE) as pool:
        run("-m", "risk.intel.build", "--home", folder)
        one = partial(history, accounts=asked.accounts, intel=Path(folder) / "intel")
        histories = list(pool.map(one, range(1, max(2, asked.seeds) + 1)))
    teachers, others = histories[::2], histories[1::2]
    print(told("fitted to the other half", found_by(without("-", [groups for _, groups in teachers]), others)))
    print(told("in force", found_by(np.append(weights(), BASE), others)))
    print("by all: " + ", ".join(named(without("-", [groups for _, groups in histories]))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
