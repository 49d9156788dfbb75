"""A history with use at the front door."""

import json
from datetime import UTC, datetime
from pathlib import Path

from bench._usage_front_door import compared, move, since_the_end
from bench._usage_history import in_rings
from bench.simulation.population import Plan
from tests.bench.usage_history import history


def test_a_history_is_moved_to_end_today() -> None:
    plan = Plan(10, 45, "1")
    assert since_the_end(plan, datetime(2026, 10, 1, 12, tzinfo=UTC)) == 0
    assert since_the_end(plan, datetime(2026, 10, 9, 1, tzinfo=UTC)) == 8


def test_a_file_is_moved_by_whole_days_and_nothing_else_of_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "usage.jsonl"
    line = {"account_id": "acct_1", "window_start": "2026-09-30T23:00:00.000Z", "requests": 3}
    file.write_text(json.dumps(line) + "\n")
    move(file, "window_start", 2)
    assert json.loads(file.read_text()) == {**line, "window_start": "2026-10-02T23:00:00.000Z"}


def test_what_both_put_into_rings_is_told() -> None:
    made = history()
    in_memory, _ = in_rings(made.look(made.ends, use=True), len(made))
    assert compared(made, in_memory)[-1].endswith("both do so with 100%.")
    lines = compared(made, ~in_memory)
    assert lines[-1] == f"Of {len(made):,} accounts that either puts into a ring, both do so with 0%."
    assert "| by the commands of an adopter | 1.000 |" in "\n".join(compared(made, made.operator == "script-1"))
