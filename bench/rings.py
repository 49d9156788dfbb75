"""What detecting rings costs as accounts grow: `make bench-rings` (`python -m bench.rings [--accounts N ...]`).

The same records (bench/_rings_towns.py says how they are made) go to three methods, each in a process of its own: ours
as a full round does it, Splink, and plain connected components. Seconds are from the records in memory to the groups;
what reading and writing a database adds is not in them. A method that passes LIMIT_SECONDS or LIMIT_MB is ended. Then
ours alone with a database, from reading to writing: a full round, and one after NEWCOMERS (bench/_rings_round.py).
Towns are kept in GATEHOUSE_HOME/bench/rings: each takes some two minutes of a core to make. With --spark the SQL of
cohorts is run on Spark too, at the smallest size, where pyspark and Java are there (neither is installed by us). The
last line is the ratio of the seconds allowed for a million accounts to those measured.
"""

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from bench._rings_told import Told, told
from bench._rings_towns import TOWN, Records, grown, make
from bench._used import LOOK_EVERY, megabytes
from config.lib import embedded

SIZES = (100_000, 1_000_000, 2_000_000)
METHODS = ("ours", "splink", "components")
LIMIT_SECONDS, LIMIT_MB = 1_800.0, 10_000.0
MILLION, ALLOWED_SECONDS, ALLOWED_MB = 1_000_000, 60.0, 4_096.0
ALLOWED_GROWTH = 1.3  # of time to that of accounts, from the smallest to the largest
ALLOWED_AFTER = 2.0  # seconds until newcomers on a million are looked at


@dataclass(frozen=True, slots=True)
class Measured:
    """What one method came to. `told` is None where it was ended, and `ended` says why."""

    seconds: float
    processor: float  # seconds of all cores
    megabytes: float
    told: Told | None
    ended: str
    phases: dict[str, float]


def store(records: Records, path: Path) -> None:
    """Where each method reads them."""
    np.savez(path, **{name: getattr(records, name) for name in Records.__slots__})


def measured(method: str, records: Path, operator: "np.typing.NDArray[np.str_]") -> Measured:
    """Run one method, and end it at the limits."""
    out = records.with_name(f"{method}.json")
    with records.with_name(f"{method}.log").open("w") as log:
        asked = [sys.executable, "-m", f"bench._rings_{method}", str(records), str(out)]
        started = time.perf_counter()
        with subprocess.Popen(asked, stdout=log, stderr=log) as process:
            largest, ended = watched(process, started)
    seconds = time.perf_counter() - started
    if ended or process.returncode:
        return Measured(seconds, 0.0, largest, None, ended or f"failed: {last_line(Path(log.name))}", {})
    figures = json.loads(out.read_text())
    groups = np.load(out.with_suffix(".npy"))
    of_process = figures["seconds"], figures["processor"], figures["megabytes"]
    return Measured(*of_process, told(groups, operator), "", figures["told"])


def rounds(records: Path) -> dict[str, dict[str, float]]:
    """What rounds with a database took: `full`, and after newcomers the `first` and one `again`."""
    out = records.with_name("rounds.json")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        told = {"GATEHOUSE_HOME": folder, "LOG_LEVEL": "ERROR", "STATEMENT_TIMEOUT_MS": "0"}
        os.environ |= {**told, "DJANGO_SETTINGS_MODULE": "config.settings"}
        with embedded.running(home):
            subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True)
            subprocess.run([sys.executable, "-m", "bench._rings_round", str(records), str(out)], check=True)
    measured: dict[str, dict[str, float]] = json.loads(out.read_text())
    return measured


def watched(process: "subprocess.Popen[bytes]", started: float) -> tuple[float, str]:
    """Wait for a process: its largest memory seen, with those it started, and why it was ended, if it was."""
    largest = 0.0
    while process.poll() is None:
        time.sleep(LOOK_EVERY)
        try:
            largest = max(largest, megabytes(psutil.Process(process.pid)))
        except psutil.NoSuchProcess:
            continue
        late = time.perf_counter() - started > LIMIT_SECONDS
        if late or largest > LIMIT_MB:
            process.kill()
            return largest, f"ended: over {LIMIT_SECONDS:,.0f} s" if late else f"ended: over {LIMIT_MB:,.0f} MB"
    return largest, ""


def last_line(log: Path) -> str:
    """What a process said last."""
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def line_of(name: str, accounts: int, found: Measured) -> str:
    """A line of the table."""
    figures = f"{accounts:>10,} {name:12} {found.seconds:>8.1f} s {found.processor:>9.1f} s {found.megabytes:>8,.0f} MB"
    if found.told is None:
        return f"{figures}  {found.ended}"
    shares = found.told
    return (
        f"{figures} {shares.recall:>8.1%} {shares.whole:>8.1%} {shares.honest:>9.3%} {shares.wrong:>7.2%}"
        f" {shares.groups:>7,}  {', '.join(f'{name} {value:,.1f}' for name, value in found.phases.items())}"
    )


def line_of_round(name: str, accounts: int, took: dict[str, float]) -> str:
    """A line of the table, for a round with a database."""
    return (
        f"{accounts:>10,} {name:12} {took['seconds']:>8.1f} s {took['processor']:>9.1f} s {took['megabytes']:>8,.0f} MB"
        f"  {took['accounts']:,.0f} accounts looked at"
    )


def targets(ours: dict[int, Measured], after: dict[int, float]) -> list[str]:
    """What was to be reached, and whether it was."""
    lines = []
    if MILLION in ours:
        full = ours[MILLION]
        lines.append(_target(f"a million in {full.seconds:.1f} s", full.seconds, ALLOWED_SECONDS, " s"))
        lines.append(_target(f"a million in {full.megabytes:,.0f} MB", full.megabytes, ALLOWED_MB, " MB"))
    if len(ours) > 1:
        least, most = min(ours), max(ours)
        growth = ours[most].seconds / ours[least].seconds / (most / least)
        lines.append(
            _target(f"{least:,} to {most:,}: time grows {growth:.2f} times as fast", growth, ALLOWED_GROWTH, "")
        )
    if MILLION in after:
        seconds = after[MILLION]
        lines.append(_target(f"newcomers on a million looked at in {seconds:.1f} s", seconds, ALLOWED_AFTER, " s"))
    return lines


def _target(what: str, value: float, allowed: float, unit: str) -> str:
    return f"{what}, {allowed:,.4g}{unit} allowed: {'met' if value <= allowed else 'NOT met'}"


def on_spark(records: Path) -> str:
    """What Spark says of the same SQL, or why it was not asked."""
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        return "Spark: skipped, for pyspark or a Java runtime is not there"
    asked = [sys.executable, "-m", "bench._rings_spark", str(records)]
    done = subprocess.run(asked, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout.strip() or f"Spark: failed with {done.returncode}"


def main() -> int:
    """Make, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, nargs="+", default=SIZES)
    parser.add_argument("--methods", nargs="+", default=METHODS, choices=METHODS)
    parser.add_argument("--spark", action="store_true", help="run the SQL of cohorts on Spark too")
    chosen = parser.parse_args()
    towns = Path(os.environ.get("GATEHOUSE_HOME", "var")) / "bench" / "rings"
    make(towns, -(-max(chosen.accounts) // TOWN))
    ours: dict[int, Measured] = {}
    after: dict[int, float] = {}
    print("  accounts method           time  processor      memory   recall    whole    honest   wrong  groups")
    with tempfile.TemporaryDirectory() as folder:
        for accounts in sorted(chosen.accounts):
            records = grown(towns, accounts)
            stored = Path(folder) / "records.npz"
            store(records, stored)
            for method in chosen.methods:
                found = measured(method, stored, records.operator)
                print(line_of(method, accounts, found), flush=True)
                if method == "ours" and found.told is not None:
                    ours[accounts] = found
            if chosen.spark and accounts == min(chosen.accounts):
                print(on_spark(stored), flush=True)
            if "ours" in chosen.methods:
                took = rounds(stored)
                for name in took:
                    print(line_of_round(f"round, {name}", accounts, took[name]), flush=True)
                after[accounts] = took["again"]["seconds"]
    print("", *targets(ours, after), sep="\n")
    print(f"load average {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores")
    if MILLION in ours:
        print(f"ratio: {ALLOWED_SECONDS / ours[MILLION].seconds:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
