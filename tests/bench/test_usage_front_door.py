"""A history with use at the front door."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bench._usage_front_door import compared, move, since_the_end
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
    lines = compared(made, made.operator == "script-1")
    assert "| by the commands of an adopter | 1.000 | 0.000 |" in lines
    assert lines[-1].startswith("Of 30 accounts")
    assert compared(made, np.zeros(len(made), dtype=bool))[-1].endswith("0%.")
