"""What accounts of a made-up history do: in the form of the format, the same each time, and alike where it is hard."""

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from bench.simulation.dice import Dice
from bench.simulation.population import Line, Plan, history
from bench.simulation.use.after import After
from bench.simulation.use.habits import Window
from bench.simulation.use.prompts import Prompts, templates
from bench.simulation.use.turning import Turning
from bench.simulation.writer import write
from risk.usage.windows import read_window

PLAN = Plan(2_500, 30, "use", operated=0.08)
NOW = datetime(2026, 11, 30, tzinfo=UTC)
AWAY = 10  # days

Used = dict[str, tuple[Line, list[Window]]]


@pytest.fixture(scope="module")
def used() -> Used:
    after = After(PLAN)
    named = ((f"acct_{number}", line) for number, line in enumerate(history(PLAN)))
    return {account: (line, list(after.windows(account, line))) for account, line in named}


def test_every_window_is_of_the_form_that_is_taken_in(used: Used) -> None:
    windows = [window for _, windows in used.values() for window in windows]
    assert len(windows) > 20_000
    for window in windows[::50]:
        assert read_window(window, now=NOW).requests > 0


def test_nobody_uses_what_is_not_open_yet(used: Used) -> None:
    for line, windows in used.values():
        assert all(
            datetime.fromisoformat(window["window_start"]).timestamp() > line.at.timestamp() - 3600
            for window in windows
        )


def test_operators_accounts_are_no_heavier_than_people_who_build(used: Used) -> None:
    a_day: dict[bool, list[int]] = defaultdict(list)
    for line, windows in used.values():
        by_day = Counter[str]()
        for window in windows:
            by_day[window["window_start"][:10]] += window["requests"]
        a_day[line.operator is not None] += by_day.values()
    operators, people = sorted(a_day[True]), sorted(a_day[False])
    assert 5 < operators[len(operators) // 2] < 80
    assert people[int(0.9 * len(people))] > operators[len(operators) // 2]


def test_popular_agents_bring_one_template_to_people_who_have_nothing_else_in_common(used: Used) -> None:
    clients = defaultdict(set)
    for account, (line, windows) in used.items():
        if line.operator is None:
            for window in windows:
                clients[window["client"]].add(account)
    assert max(len(accounts) for client, accounts in clients.items() if client.startswith("agent-")) >= 20


def test_a_filling_of_a_template_is_near_it_and_talk_is_near_nothing() -> None:
    dice = Dice("near")
    prompts = Prompts(templates(dice, 1, long=1.0), talk=0.0)
    sketches = [int(prompts.some(dice, 1)[0], 16) for _ in range(200)]
    assert sum((one ^ prompts.own[0].bits).bit_count() for one in sketches) / 200 < 4
    talk = [int(each, 16) for each in Prompts([], talk=1.0).some(dice, 8)]
    assert min((one ^ other).bit_count() for one in talk for other in talk if one != other) > 12


def test_use_is_the_same_each_time_and_changes_no_signup(tmp_path: Path) -> None:
    plan = Plan(120, 10, "bytes")
    write(tmp_path / "with", plan, use=True)
    write(tmp_path / "again", plan, use=True)
    write(tmp_path / "without", plan)
    assert (tmp_path / "with/usage.jsonl").read_bytes() == (tmp_path / "again/usage.jsonl").read_bytes()
    for name in ("signups.jsonl", "truth.jsonl"):
        assert (tmp_path / "with" / name).read_bytes() == (tmp_path / "without" / name).read_bytes()
    assert not (tmp_path / "without/usage.jsonl").exists()
    accounts = {json.loads(line)["account_id"] for line in (tmp_path / "with/usage.jsonl").read_text().splitlines()}
    assert 30 < len(accounts) <= 120


def test_on_one_day_many_come_back_who_were_away_for_weeks(used: Used) -> None:
    back = Counter(
        day
        for line, windows in used.values()
        if line.operator is None
        for before, day in pairwise(_days(windows))
        if (day - before).days >= AWAY
    )
    assert max(back.values()) >= 4 * sorted(back.values())[len(back) // 2]


def test_some_classes_and_firms_begin_weeks_after_they_signed_up() -> None:
    turning = Turning(Dice("later"), PLAN.days)
    waits = [turning.later().days for _ in range(100)]
    assert 10 <= sum(days >= AWAY for days in waits) <= 60
    assert waits.count(0) > 30


def _days(windows: list[Window]) -> list[datetime]:
    return [
        datetime.fromisoformat(day).replace(tzinfo=UTC) for day in sorted({w["window_start"][:10] for w in windows})
    ]
