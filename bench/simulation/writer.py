"""The history as files: signups.jsonl in the import format, and truth.jsonl beside it."""

import json
from collections.abc import Callable
from pathlib import Path

from bench.simulation.population import Line, Plan, history

EVERY = 1000  # lines between two words of progress


def write(folder: Path, plan: Plan, progress: Callable[[int], None] = lambda _: None) -> None:
    """Write both files. Raises OSError when the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "signups.jsonl").open("w", encoding="utf-8") as signups,
        (folder / "truth.jsonl").open("w", encoding="utf-8") as truth,
    ):
        for number, line in enumerate(history(plan), start=1):
            account = f"acct_{number:07}"
            signups.write(_json(signup_of(account, line)))
            truth.write(_json({"account_id": account, "operator": line.operator, "group": line.group}))
            if number % EVERY == 0 or number == plan.accounts:
                progress(number % EVERY or EVERY)


def signup_of(account: str, line: Line) -> dict[str, object]:
    """A line of signups.jsonl."""
    at = line.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"account_id": account, "created_at": at, **line.sent}


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
