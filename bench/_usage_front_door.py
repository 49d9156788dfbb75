"""A history with use through the commands that an adopter runs, on servers of its own: who stands in a ring then."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from bench._detection_records import manage
from bench._usage_history import History, in_rings
from bench._usage_measures import always, caught
from bench.simulation.population import Plan
from bench.simulation.use.after import AFTERWARDS
from bench.simulation.world import STARTS
from config.lib import embedded
from risk.rings.columns import Flags

WHEN = {"signups": "created_at", "usage": "window_start"}


def front_door(plan: Plan, intel: Path) -> Flags:
    """By account: whether it stands in a ring at the end.

    Detection looks back from now. So the history is moved to end today, by whole days.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        shutil.copytree(intel, home / "intel")
        os.environ |= {"GATEHOUSE_HOME": folder, "LOG_LEVEL": "ERROR", "STATEMENT_TIMEOUT_MS": "0"}
        with embedded.running(home):
            manage("migrate", "--verbosity", "0")
            manage("first_start")
            asked = "--accounts", str(plan.accounts), "--days", str(plan.days), "--seed", plan.seed
            manage("simulate", "--out", folder, *asked, "--use")
            days = since_the_end(plan, datetime.now(UTC))
            for name, when in WHEN.items():
                move(home / f"{name}.jsonl", when, days)
            manage("import_signups", str(home / "signups.jsonl"))
            manage("import_usage", str(home / "usage.jsonl"))
            manage("detect_rings", "--full")
            manage("export_standing", str(home / "standing.jsonl"))
        standing = {line["account_id"]: line["ring"] for line in _lines(home / "standing.jsonl")}
    return np.array([standing[account] is not None for account in sorted(standing)])


def since_the_end(plan: Plan, now: datetime) -> int:
    """Whole days from the end of a history to a moment."""
    return (now - STARTS - timedelta(days=plan.days + AFTERWARDS)) // timedelta(days=1)


def move(path: Path, when: str, days: int) -> None:
    """Move the times of a file by whole days."""
    moved = path.with_suffix(".moved")
    with moved.open("w", encoding="utf-8") as out:
        for line in _lines(path):
            at = datetime.fromisoformat(line[when]) + timedelta(days=days)
            line[when] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    moved.replace(path)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def compared(history: History, at_the_door: Flags) -> list[str]:
    """What the commands find at the end of a history, beside what is found in memory."""
    in_memory, _ = in_rings(history.look(history.ends, use=True), len(history))
    lines = ["| at the end | used accounts in rings | honest people in rings, % |", "|---|---|---|"]
    for words, hit in (("by the commands of an adopter", at_the_door), ("in memory", in_memory)):
        numbers = caught(history, always(hit))
        lines.append(f"| {words} | {numbers['recall all']:.3f} | {100 * numbers['false all']:.3f} |")
    either = at_the_door | in_memory
    both = (at_the_door & in_memory).sum() / max(int(either.sum()), 1)
    return [*lines, "", f"Of {either.sum():,} accounts that either puts into a ring, both do so with {both:.0%}."]
