"""What learning is worth: `make bench-judgement` (or `python -m bench.judgement [--accounts N] [--out DIR]`).

On servers of its own, made-up histories (docs/simulate.md) are taken in by `import_signups`, one after the other in
time: some to learn from, then others, by other seeds and so other operators, that only measure. Of the operators'
accounts that teach, four in five are reported, nine days later on average; those that measure are all labelled by the
truth. `train_trees` and `train_weights` run as a person would run them; what they report is printed, with the share of
each honest group that either policy challenges or worse. The last line is the ratio of the recalls at 0.1 % false
positives, of learnt weights to those set by hand.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bench.simulation.population import Line, Plan, history
from bench.simulation.world import STARTS
from bench.simulation.writer import signup_of
from config.lib import embedded
from risk.facts import Facts
from risk.outcome import Outcome
from risk.policies.source import read
from risk.policy import Policy, parse
from risk.scoring import judge
from risk.signals import REASON_CODES

DAYS, MATURITY = 45, timedelta(days=45)
# Seeds by the weeks that their histories start before the simulation's first day. Between those that teach and those
# that measure lies what abuse takes to be known.
TEACH = {"teach-1": 57, "teach-2": 50, "teach-3": 43, "teach-4": 36}
MEASURE = {"measure-1": 22, "measure-2": 15, "measure-3": 8}
REPORTED, DELAY_DAYS, DELAY_MOST = 0.8, 9.0, 40.0
FIRST_SQL = """
SELECT DISTINCT ON (account.id) account.account_id, assessment.facts::text
FROM tiers_account account JOIN risk_assessment assessment ON assessment.subject = account.id
WHERE account.created_at >= %s ORDER BY account.id, assessment.id
"""


def start_of(weeks: int) -> datetime:
    """When a history starts."""
    return STARTS - timedelta(weeks=weeks)


def lines_of(seed: str, weeks: int, accounts: int) -> Iterator[tuple[str, Line, datetime]]:
    """The accounts of a history, under names of its own and at its own time."""
    for number, line in enumerate(history(Plan(accounts=accounts, days=DAYS, seed=seed))):
        yield f"{seed}-{number:07d}", line, line.at - timedelta(weeks=weeks)


def prepare(home: Path, accounts: int) -> dict[str, str]:
    """Take everything in; gives the group of each account that measures, "operator" among them."""
    luck, groups = random.Random(4), {}
    with (home / "signups.jsonl").open("w") as signups, (home / "reports.jsonl").open("w") as reports:
        for seed, weeks in (TEACH | MEASURE).items():
            for name, line, at in lines_of(seed, weeks, accounts):
                sent = {**signup_of(name, line), "created_at": at.isoformat()}
                signups.write(json.dumps(sent) + "\n")
                if seed in MEASURE:
                    groups[name] = line.group
                if line.operator and (seed in MEASURE or luck.random() < REPORTED):
                    late = timedelta(days=min(DELAY_MOST, luck.expovariate(1 / DELAY_DAYS)))
                    reports.write(json.dumps(_report(name, at, late, measures=seed in MEASURE)) + "\n")
    manage("migrate", "--verbosity", "0")
    manage("first_start")
    manage("import_signups", str(home / "signups.jsonl"))
    manage("import_reports", str(home / "reports.jsonl"))
    return groups


def _report(name: str, at: datetime, late: timedelta, *, measures: bool) -> dict[str, str]:
    kind = "confirmed" if measures else "abuse"
    return {"account_id": name, "kind": kind, "at": at.isoformat(), "known_at": (at + late).isoformat()}


def manage(*arguments: str) -> None:
    """Run a command of ours, in silence."""
    run("manage.py", *arguments)


def run(*arguments: str) -> None:
    """Run Python, in silence."""
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def stopped(database: str, groups: Mapping[str, str], policies: tuple[Policy, Policy]) -> dict[str, list[int]]:
    """For each group: accounts, and those whom either policy challenges or worse."""
    counts: dict[str, list[int]] = {group: [0, 0, 0] for group in sorted(set(groups.values()))}
    with psycopg.connect(database) as connection:
        for name, text in connection.execute(FIRST_SQL, [start_of(MEASURE["measure-1"])]):
            count, facts = counts[groups[name]], Facts.from_json(json.loads(text))
            count[0] += 1
            for place, policy in enumerate(policies, start=1):
                count[place] += judge(facts, policy).outcome is not Outcome.ALLOW
    return counts


def measure(accounts: int, out: Path | None) -> None:
    """Take in, learn, and print."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {"GATEHOUSE_HOME": folder, "LOG_LEVEL": "ERROR", "STATEMENT_TIMEOUT_MS": "0"}
        run("-m", "risk.intel.build", "--home", folder)
        with embedded.running(home) as addresses:
            groups = prepare(home, accounts)
            for command in ("train_trees", "train_weights"):
                learnt = (out or home) / command
                manage(command, "--split", start_of(MEASURE["measure-1"]).isoformat(), "--out", str(learnt))
                both = _policy(Path("risk/policies/default.yaml")), _policy(learnt / "policy.yaml")
                print(f"\n{command}")
                tell(json.loads((learnt / "report.json").read_text()), stopped(addresses.database_url, groups, both))


def _policy(path: Path) -> Policy:
    return parse(read(path).document, known_reasons=REASON_CODES)


def tell(report: dict[str, Any], counts: Mapping[str, list[int]]) -> None:
    """Print what was found."""
    for side in ("taught_by", "measured_on"):
        print(f"{side:28} {report[side]['accounts']:>8,} accounts, {report[side]['abusive']:,} abusive")
    print(f"{'':28} {'hand-set':>20} {'learnt':>20}")
    both = report["compared"]
    for name in ("brier", "ece", "auc"):
        print(f"{name:28} {both['before'][name]:>20.4f} {both['after'][name]:>20.4f}")
    recalls = [f"{both[side]['recall']:.3f} ({_span(both[side]['recall_interval'])})" for side in ("before", "after")]
    print(f"{'recall at 0.1 % of honest':28} {recalls[0]:>20} {recalls[1]:>20}")
    print("\nchallenged or worse, under the thresholds of the default policy")
    honest: Counter[int] = Counter()
    for group, (total, *hits) in counts.items():
        print(f"{group:28} {hits[0] / total:>20.2%} {hits[1] / total:>20.2%}  of {total:,}")
        honest.update({} if group == "operator" else dict(enumerate((total, *hits))))
    print(f"{'all honest':28} {honest[1] / honest[0]:>20.2%} {honest[2] / honest[0]:>20.2%}  of {honest[0]:,}")
    print("\nwithout a family: change of log loss, of recall, of the area under the curve")
    for row in report["families"]:
        print(f"{row['family']:28} {row['log_loss']:>+20.5f} {row['recall']:>+20.3f} {row['auc']:>+20.4f}")
    print(f"\nratio of recalls, 95 %: {_span(both['ratio_interval'])}")
    print(f"ratio: {both['ratio']:.2f}")


def _span(interval: list[float]) -> str:
    return f"{interval[0]:.3f} to {interval[1]:.3f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=12_000, help="in each of the seven histories")
    parser.add_argument("--out", type=Path, help="where the drafts and the reports stay")
    chosen = parser.parse_args()
    measure(chosen.accounts, chosen.out)
