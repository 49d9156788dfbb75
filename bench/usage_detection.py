"""What detection finds by what accounts do, and whom it accuses: `make bench-usage-detection`.

`python -m bench.usage_detection [--seeds SEED ...] [--accounts N] [--every DAYS] [--kept DIR] [--out FILE]`. Each seed
is a made-up history with use (docs/simulate.md). It is gone through with a full round every so many days, each with the
signups and windows that were known by then, and an operator's account counts as found where it stands in a ring within
seven days of its own first use. The same is done by signups alone, and two simple ways by use stand beside. There is no
database; --front-door runs the commands of an adopter on servers of its own for the first seed, and says how far what
it finds at the end of the history agrees.

--kept names a folder in which histories are kept and used again, which must go when the simulator changes. --out writes
the results into a page, as docs/detection.md has them. Ends with 1 where more than 0.1 % of honest people, or 0.3 % of
an honest group, stand in rings at the end. The last line is the share of operators' accounts found with use, to the
best other way's.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench._detection_measures import Numbers
from bench._detection_records import DAYS, run
from bench._usage_baselines import by_address, by_volume
from bench._usage_front_door import compared, front_door
from bench._usage_history import History, made, read, went_through
from bench._usage_measures import always, caught, of_each
from bench._usage_report import RESULTS, Asked, Results, failures, section, told
from bench.simulation.population import Plan

SEEDS, ACCOUNTS, EVERY_DAYS = ("1", "2", "3", "4"), 12_000, 2.0


def measure(history: History, every: float) -> dict[str, Numbers]:
    """One history by all ways."""
    found, held = went_through(history, every=every, use=True)
    alone, _ = went_through(history, every=every, use=False)
    ways = {"use": found, "held": held, "signups": alone}
    ways |= {"address": always(by_address(history)), "volume": always(by_volume(history))}
    missed = {name: round(share, 2) for name, share in of_each(history, found.in_time).items() if share < 1}
    print(f"found of each operator, where it is not all: {missed}", file=sys.stderr, flush=True)
    return {way: caught(history, standing) for way, standing in ways.items()}


def results(asked: Asked, kept: Path | None) -> Results:
    """Measure all seeds, one after the other."""
    measured: list[dict[str, Numbers]] = []
    with tempfile.TemporaryDirectory() as folder:
        run("-m", "risk.intel.build", "--home", folder)
        for seed in asked.seeds:
            history = kept_or_made(Plan(asked.accounts, DAYS, seed), Path(folder) / "intel", kept or Path(folder))
            measured.append(measure(history, asked.every))
            recall, false = (measured[-1]["use"][f"{what} all"] for what in ("recall", "false"))
            print(f"seed {seed:>3}: found {recall:.3f}, accused {false:.5f}", file=sys.stderr, flush=True)
    return Results({way: [each[way] for each in measured] for way in measured[0]})


def kept_or_made(plan: Plan, intel: Path, folder: Path) -> History:
    """A history that was kept, or a new one that is."""
    path = folder / f"use-{plan.accounts}-{plan.seed}.npz"
    return read(path, plan.days) if path.exists() else made(plan, intel, path)


def tell(found: Results, asked: Asked, out: Path | None) -> int:
    """Print it, and write it into a page where one is named."""
    lines = told(found, asked)
    print("\n".join(lines))
    if out:
        out.write_text(section(out.read_text(encoding="utf-8"), RESULTS, lines), encoding="utf-8")
    failed = failures(found)
    for failure in failed:
        print(f"guard failed: {failure}", file=sys.stderr)
    print(f"ratio: {found.ratio:.2f}")
    return 1 if failed else 0


def chosen(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs="+", default=list(SEEDS), help="any words; one history each")
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help="of each history")
    parser.add_argument("--every", type=float, default=EVERY_DAYS, help="days from round to round")
    parser.add_argument("--front-door", action="store_true", help="the commands of an adopter, for the first seed")
    parser.add_argument("--kept", type=Path, help="a folder in which histories are kept and used again")
    parser.add_argument("--out", type=Path, help="a page that gets the results")
    return parser.parse_args(arguments)


def at_the_door(asked: Asked, kept: Path | None) -> list[str]:
    """The first seed through the commands of an adopter, beside what is found in memory."""
    plan = Plan(asked.accounts, DAYS, asked.seeds[0])
    with tempfile.TemporaryDirectory() as folder:
        intel = Path(folder) / "intel"
        run("-m", "risk.intel.build", "--home", folder)
        history = kept_or_made(plan, intel, kept or Path(folder))
        return compared(history, front_door(plan, intel))


def main() -> int:
    """Measure and tell; 1 where a guard fails."""
    given = chosen()
    asked = Asked(tuple(given.seeds), given.accounts, given.every)
    if given.kept:
        given.kept.mkdir(parents=True, exist_ok=True)
    if given.front_door:
        print("\n".join(at_the_door(asked, given.kept)))
        return 0
    return tell(results(asked, given.kept), asked, given.out)


if __name__ == "__main__":
    sys.exit(main())
