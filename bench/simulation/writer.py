"""The history as files: signups.jsonl in the import format, truth.jsonl beside it, and, where wanted, usage.jsonl."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from bench.simulation.population import Line, Plan, history
from bench.simulation.use.after import After

EVERY = 1000  # lines between two words of progress


def write(folder: Path, plan: Plan, progress: Callable[[int], None] = lambda _: None, *, use: bool = False) -> None:
    """Write the files; what accounts did afterwards too where `use` is wanted, account by account.

    Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    after = After(plan) if use else None
    with ExitStack() as files:
        signups, truth = (_file(files, folder / name) for name in ("signups.jsonl", "truth.jsonl"))
        usage = _file(files, folder / "usage.jsonl") if use else None
        for number, line in enumerate(history(plan), start=1):
            account = f"acct_{number:07}"
            signups.write(_json(signup_of(account, line)))
            truth.write(_json({"account_id": account, "operator": line.operator, "group": line.group}))
            if after and usage:
                usage.writelines(_json(window) for window in after.windows(account, line))
            if number % EVERY == 0 or number == plan.accounts:
                progress(number % EVERY or EVERY)


def signup_of(account: str, line: Line) -> dict[str, object]:
    """A line of signups.jsonl."""
    at = line.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"account_id": account, "created_at": at, **line.sent}


def _file(files: ExitStack, path: Path) -> TextIO:
    return files.enter_context(path.open("w", encoding="utf-8"))


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
