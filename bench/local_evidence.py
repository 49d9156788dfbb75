"""What mailbox, phone and card tell by themselves: how often each signal hits operators, and each honest group.

`make bench-local-evidence` (or `python -m bench.local_evidence [--seeds N ...]`). The people and operators of
bench/_local_population.py are taken in by `import_signups` under the policy of a new install, and what was decided is
read back. Seeds from 100 up are held out: rules and numbers were chosen with seed 1. Only the second month counts. The
last line is the ratio of the share of operators' accounts for which at least one of the signals below hit, to the same
share of honest people's.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psycopg

from bench._local_population import STARTS, WARM_DAYS, Person, population
from config.lib import embedded

HELD_OUT = (101, 102)
REASONS = (
    "mailbox_lookalike_slip",
    "mailbox_lookalike_disguise",
    "mailbox_domain_surge_few",
    "mailbox_domain_surge_many",
    "mailbox_sequence",
    "mailbox_pattern_surge_network",
    "mailbox_pattern_surge_domain",
    "mailbox_disposable",
    "mailbox_random",
    "mailbox_tagged",
    "velocity_mailbox",
    "velocity_domain",
    "velocity_card_bin",
    "phone_block",
)
HELD = ("review", "deny")
DECIDED = """
SELECT account.account_id, assessment.outcome, assessment.reasons
FROM tiers_account account JOIN risk_assessment assessment ON assessment.subject = account.id
"""


@dataclass(slots=True)
class Tally:
    """What became of a group."""

    accounts: int = 0
    hit: int = 0  # by at least one of REASONS
    challenged: int = 0
    held: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: str, reasons: Sequence[str]) -> None:
        """Count an account."""
        self.accounts += 1
        self.hit += any(reason in REASONS for reason in reasons)
        self.challenged += outcome != "allow"
        self.held += outcome in HELD
        self.reasons.update(reasons)

    def merge(self, other: "Tally") -> None:
        """Count another's too."""
        self.accounts += other.accounts
        self.hit += other.hit
        self.challenged += other.challenged
        self.held += other.held
        self.reasons += other.reasons

    def share(self, number: int) -> str:
        """A number of them in per cent."""
        return f"{100 * number / max(1, self.accounts):6.1f}"


Decisions = dict[str, tuple[str, list[str]]]  # account_id -> outcome and reason codes


def decide(people: Sequence[Person]) -> Decisions:
    """Take them in on servers of their own, and read what was decided."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {"GATEHOUSE_HOME": folder, "LOG_LEVEL": "ERROR"}
        with embedded.running(home) as addresses:
            history = home / "history.jsonl"
            history.write_text("".join(json.dumps(_line(place, person)) + "\n" for place, person in enumerate(people)))
            for command in (["migrate", "--verbosity", "0"], ["first_start"], ["import_signups", str(history)]):
                subprocess.run([sys.executable, "manage.py", *command], check=True, stdout=subprocess.DEVNULL)
            with psycopg.connect(addresses.database_url) as connection:
                rows = connection.execute(DECIDED).fetchall()
    return {account: (outcome, [reason["code"] for reason in reasons]) for account, outcome, reasons in rows}


def _line(place: int, person: Person) -> dict[str, object]:
    return {"account_id": f"acct_{place:07d}", "created_at": person.at.isoformat(), **person.sent}


def tally(people: Sequence[Person], decisions: Decisions) -> dict[tuple[bool, str], Tally]:
    """By group, of the second month."""
    groups: dict[tuple[bool, str], Tally] = defaultdict(Tally)
    for place, person in enumerate(people):
        if person.at >= STARTS + timedelta(days=WARM_DAYS):
            groups[not person.honest, person.group].add(*decisions[f"acct_{place:07d}"])
    return dict(sorted(groups.items()))


def together(groups: dict[tuple[bool, str], Tally], *, operators: bool) -> Tally:
    """All honest groups, or all operators."""
    whole = Tally()
    for (is_operator, _), part in groups.items():
        if is_operator is operators:
            whole.merge(part)
    return whole


def report(groups: dict[tuple[bool, str], Tally]) -> None:
    """Print the groups, then the signals."""
    honest, operators = together(groups, operators=False), together(groups, operators=True)
    print(f"{'group, in per cent':28}{'accounts':>9}{'hit':>7}{'challenged':>11}{'held':>7}   most given")
    rows = [(name, part) for (_, name), part in groups.items()]
    for name, part in [*rows, ("honest together", honest), ("operators together", operators)]:
        most = ", ".join(f"{code}{part.share(times)}" for code, times in part.reasons.most_common(3))
        print(
            f"{name:28}{part.accounts:9}{part.share(part.hit)} {part.share(part.challenged):>10}"
            f" {part.share(part.held)}   {most}"
        )
    print(f"\n{'signal, in per cent of':32}{'operators':>10}{'honest':>8}   honest group most hit")
    for code in REASONS:
        worst = max(((part.reasons[code] / part.accounts, name) for (bad, name), part in groups.items() if not bad))
        where = f"{worst[1]} {100 * worst[0]:.1f}" if worst[0] else ""
        print(
            f"{code:32}{operators.share(operators.reasons[code]):>10}{honest.share(honest.reasons[code]):>8}   {where}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=HELD_OUT, help="which populations")
    groups: dict[tuple[bool, str], Tally] = defaultdict(Tally)
    for seed in parser.parse_args().seeds:
        people = population(seed)
        for key, part in tally(people, decide(people)).items():
            groups[key].merge(part)
    report(dict(sorted(groups.items())))
    honest, operators = (together(groups, operators=bad) for bad in (False, True))
    print(f"ratio: {(operators.hit / operators.accounts) / (max(1, honest.hit) / honest.accounts):.2f}")


if __name__ == "__main__":
    main()
