"""A million stored assessments under a draft policy: `make bench-backtest` (or `python -m bench.backtest [--count N]`).

On servers of its own, people and operators of bench/_local_population.py are taken in by `import_signups`; their rows
are then multiplied by SQL, with ids of their own, to the number wanted. `backtest` runs as a person would run it, with
two workers, start and report included. Where --count is not a million, the seconds for a million are extrapolated, and
the output says so. The last line is the ratio of the 180 seconds allowed to those measured.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import yaml

from bench._local_population import population
from config.lib import embedded
from tests.cast import ALICE

MILLION, ALLOWED, SEED, TAKEN_IN = 1_000_000, 180, 7, 4_000
MULTIPLY = (
    """INSERT INTO tiers_account (account_id, test, created_at, tier, outcome, score, held, version)
       SELECT account_id || '-' || copy, test, created_at, tier, outcome, score, held, version
       FROM tiers_account, generate_series(1, %(copies)s) copy""",
    """INSERT INTO risk_assessment (subject, at, cause, facts, policy_digest, outcome, score, prior, reasons, unknown,
                                    shadows)
       SELECT copy.id, assessment.at, cause, facts, policy_digest, assessment.outcome, assessment.score, prior, reasons,
              unknown, shadows
       FROM tiers_account copy JOIN tiers_account first ON first.account_id = split_part(copy.account_id, '-', 1)
       JOIN risk_assessment assessment ON assessment.subject = first.id
       WHERE copy.id > first.id AND position('-' in copy.account_id) > 0""",
    """INSERT INTO tiers_grant (account_id, at, tier, cause, assessment_id, version)
       SELECT copy.id, copy.created_at, copy.tier, 'signup', assessment.id, 1
       FROM tiers_account copy JOIN risk_assessment assessment ON assessment.subject = copy.id
       WHERE position('-' in copy.account_id) > 0""",
    "ANALYZE",
)


# What a page adds to each signup, so that the facts are as long, and as much is looked at, as at a real door.
PAGE = {name: ALICE[name] for name in ("ip", "user_agent", "accept_language", "form")}
DEVICE = ALICE["device"]


def fill(home: Path, database: str, count: int) -> int:
    """Take in some thousands and multiply their rows; how many assessments there are then."""
    people = population(SEED)[:TAKEN_IN]
    history = home / "history.jsonl"
    lines = [
        {"account_id": f"acct_{place:07d}", "created_at": person.at.isoformat(), **PAGE, **person.sent}
        | {"device": {**DEVICE, "visitor_id": f"{place:020x}"}}
        for place, person in enumerate(people)
    ]
    history.write_text("".join(json.dumps(line) + "\n" for line in lines))
    manage("migrate", "--verbosity", "0")
    manage("first_start")
    manage("import_signups", str(history))
    with psycopg.connect(database, autocommit=True) as connection:
        for statement in MULTIPLY:
            copies = {"copies": max(0, count // len(people) - 1)}
            connection.execute(statement, copies if "copies" in statement else None)
        row = connection.execute("SELECT count(*) FROM risk_assessment").fetchone()
    return int(row[0]) if row else 0


def manage(*arguments: str) -> None:
    """Run a command of ours, in silence."""
    subprocess.run([sys.executable, "manage.py", *arguments], check=True, stdout=subprocess.DEVNULL)


def measure(count: int, workers: int) -> None:
    """Fill, run and print."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {"GATEHOUSE_HOME": folder, "LOG_LEVEL": "ERROR", "STATEMENT_TIMEOUT_MS": "0"}
        with embedded.running(home) as addresses:
            total = fill(home, addresses.database_url, count)
            document = yaml.safe_load(Path("risk/policies/default.yaml").read_text())
            draft, report = home / "draft.yaml", home / "report.json"
            draft.write_text(yaml.safe_dump({**document, "name": "draft", "prior": 0.05}))
            started = time.perf_counter()
            manage("backtest", str(draft), "--out", str(report), "--workers", str(workers))
            seconds = time.perf_counter() - started
            told = json.loads(report.read_text())
            started = time.perf_counter()
            manage("replay", "--stored", "--workers", str(workers))
            replayed = time.perf_counter() - started
    whole = seconds * MILLION / total
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"assessments judged by both policies   {told['total']:>12,} of {total:,}")
    print(f"who move                              {sum(way['number'] for way in told['moves'].values()):>12,}")
    print(f"rate                                  {total / seconds:>12,.0f} a second, {workers} workers")
    print(f"an assessment and worker              {workers * seconds / total * 1e6:>12,.0f} microseconds")
    print(f"seconds for a million                 {whole:>12.1f}{'' if total == MILLION else ' (extrapolated)'}")
    print(f"largest process                       {memory:>12.0f} MB")
    print(f"seconds for replay --stored of all    {replayed:>12.1f}, nothing differs")
    print(f"ratio: {ALLOWED / whole:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=MILLION)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    measure(chosen.count, chosen.workers)
