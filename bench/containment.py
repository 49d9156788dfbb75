"""From a ring's detection to every member held: `make bench-containment` (`python -m bench.containment --members N`).

On servers of its own, people of bench/_local_population.py are taken in by `import_signups`; their rows are then
multiplied by SQL, with ids of their own, to twice as many accounts as the ring has members. Every other account is made
a member. What is measured is the task that beat calls for, from a ring that was just found to the last member decided:
all signals, policy, assessments, grants, events. Then the same for dismissing it. The last line is the ratio of the 60
seconds allowed to those measured for holding.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from bench._local_population import population
from config.lib import embedded
from tests.cast import ALICE

MEMBERS, SEED, TAKEN_IN = 25_000, 7, 2_000
MULTIPLY = (
    """INSERT INTO tiers_account (account_id, test, created_at, tier, outcome, score, held, version)
       SELECT account_id || '-' || copy, test, created_at, tier, outcome, score, held, version
       FROM tiers_account, generate_series(1, %(copies)s) copy""",
    """CREATE TEMPORARY TABLE copied AS
       SELECT copy.id AS copy, first.id AS first
       FROM tiers_account copy JOIN tiers_account first ON first.account_id = split_part(copy.account_id, '-', 1)
       WHERE position('-' in copy.account_id) > 0""",
    """INSERT INTO verification_signup (public_id, account_id, created_at, state, application, source, network, person)
       SELECT 'sgn_' || copy, copy, created_at, state, application, source, network, person
       FROM copied JOIN verification_signup ON account_id = first""",
    """INSERT INTO risk_assessment (subject, at, cause, facts, policy_digest, outcome, score, prior, reasons, unknown,
                                    shadows)
       SELECT copy, at, cause, facts, policy_digest, outcome, score, prior, reasons, unknown, shadows
       FROM copied JOIN risk_assessment ON subject = first""",
    """INSERT INTO risk_identifier (subject, kind, value, at)
       SELECT copy, kind, value + copy, at FROM copied JOIN risk_identifier ON subject = first""",
    """INSERT INTO tiers_grant (account_id, at, tier, cause, assessment_id, version)
       SELECT copy, account.created_at, account.tier, 'signup', assessment.id, 1
       FROM copied JOIN tiers_account account ON account.id = copy JOIN risk_assessment assessment ON subject = copy""",
    "ANALYZE",
)
# What a page adds to each signup, so that the facts are as long, and as much is looked at, as at a real door.
PAGE = {name: ALICE[name] for name in ("ip", "user_agent", "accept_language", "form")}
DEVICE = ALICE["device"]


def fill(home: Path, database: str, members: int) -> None:
    """Take in some and multiply their rows."""
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
            copies = {"copies": -(-2 * members // len(people)) - 1}
            connection.execute(statement, copies if "copies" in statement else None)


def manage(*arguments: str) -> None:
    """Run a command of ours, in silence."""
    subprocess.run([sys.executable, "manage.py", *arguments], check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Give it servers of its own, fill them, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=MEMBERS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
        os.environ["STATEMENT_TIMEOUT_MS"] = "0"
        with embedded.running(home) as addresses:
            fill(home, addresses.database_url, chosen.members)
            measured = [sys.executable, "-m", "bench._containment_measured", str(chosen.members)]
            return subprocess.run(measured, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
