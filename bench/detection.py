"""What detection finds, whom it accuses, and whether that may be believed: `make bench-detection`.

`python -m bench.detection [--first N] [--seeds N] [--accounts N] [--fast] [--out FILE]`. Each seed is a made-up history
(docs/simulate.md) that goes through the commands an adopter runs, on servers of its own; who stands in a ring then is
held against the truth, beside three older ways on the same records. With --fast there is no database, and what only
memory knows is left out. --out writes the results under the heading RESULTS of a page, as docs/detection.md has it.

Ends with 1 where a guard fails: more than 0.1 % of honest people in rings, a check of honesty, or less than 0.8 of a
script's, a datacentre's or a phone farm's accounts found. The last line is the share of operators' accounts found, to
the best of the three older ways.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench._detection_baselines import by_blocks, by_components, by_score
from bench._detection_left_out import Groupings, groupings, judged_by, without
from bench._detection_measures import Numbers, admitted, caught, purity, went
from bench._detection_placebos import placebos
from bench._detection_records import DAYS, Records, fast, front_door, run
from bench._detection_report import Asked, Results, failures, page, told
from bench._detection_rows import row_auc
from bench.simulation.population import OPERATORS, Plan

# Detection was tried on the seeds from 1 on, and its weights were changed by what was seen there. So it is measured on
# others; whoever looks into one of these to change something moves on.
FIRST, SEEDS, ACCOUNTS, AT_ONCE = 101, 10, 12_000, 2
WAYS = {"score": by_score, "components": by_components, "blocks": by_blocks}
NONE = "none"  # no kind of operator: all of them teach


@dataclass(frozen=True, slots=True)
class Measured:
    """One history, measured."""

    records: Records
    groupings: Groupings
    ways: dict[str, Numbers]
    more: Numbers


def measure(seed: str, accounts: int, intel: Path, *, quick: bool) -> Measured:
    """Take one history in, look for rings, and hold them against the truth."""
    take = fast if quick else front_door
    records = take(Plan(accounts, DAYS, seed), intel)
    ways = {"rings": caught(records, records.ring != "")}
    ways |= {name: caught(records, way(records)) for name, way in WAYS.items()}
    more = purity(records) | admitted(went(records)) | placebos(records)
    return Measured(records, groupings(records), ways, more)


def left_out(measured: Sequence[Measured]) -> list[Numbers]:
    """What weights catch that the other half of the seeds taught, without one kind of operator or with all."""
    halves = measured[1::2], measured[::2]
    each: list[Numbers] = []
    weights = [
        {kind: without(kind, [other.groupings for other in half]) for kind in (NONE, *OPERATORS)} for half in halves
    ]
    for number, one in enumerate(measured):
        numbers: Numbers = {}
        for kind, learnt in weights[number % 2].items():
            found = caught(one.records, judged_by(learnt, one.groupings, len(one.records)))
            if kind == NONE:
                numbers |= {f"with {name}": found[f"recall {name}"] for name in OPERATORS}
                numbers["with false"] = found["false all"]
            else:
                numbers |= {f"without {kind}": found[f"recall {kind}"], f"without false {kind}": found["false all"]}
        each.append(numbers)
    return each


def results(asked: Asked) -> Results:
    """Measure all seeds."""
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(AT_ONCE) as pool:
        run("-m", "risk.intel.build", "--home", folder)
        one = partial(measure, accounts=asked.accounts, intel=Path(folder) / "intel", quick=asked.quick)
        measured = []
        for each in pool.map(one, map(str, asked.numbers)):
            measured.append(each)
            recall, false = (each.ways["rings"][f"{what} all"] for what in ("recall", "false"))
            print(f"seed {each.records.seed:>3}: found {recall:.3f}, accused {false:.5f}", file=sys.stderr, flush=True)
    histories = [each.records for each in measured]
    aucs = row_auc(histories[::2], histories[1::2]), row_auc(histories[1::2], histories[::2])
    return Results(
        {way: [each.ways[way] for each in measured] for way in ("rings", *WAYS)},
        [each.more | less for each, less in zip(measured, left_out(measured), strict=True)],
        aucs,
    )


def main() -> int:
    """Measure and tell; 1 where a guard fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=FIRST, help="the first seed")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="at least 2: half of them teach what checks the other")
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help="of each history")
    parser.add_argument("--fast", action="store_true", help="without a database")
    parser.add_argument("--out", type=Path, help="a page whose last part gets the results")
    chosen = parser.parse_args()
    asked = Asked(max(2, chosen.seeds), chosen.accounts, quick=chosen.fast, first=chosen.first)
    found = results(asked)
    lines = told(found, asked)
    print("\n".join(lines))
    if chosen.out:
        chosen.out.write_text(page(chosen.out.read_text(encoding="utf-8"), lines), encoding="utf-8")
    failed = failures(found)
    for failure in failed:
        print(f"guard failed: {failure}", file=sys.stderr)
    print(f"ratio: {found.ratio:.2f}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
