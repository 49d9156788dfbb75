"""Who comes in a history."""

import re
from collections import Counter
from pathlib import Path

from bench.simulation.dice import Dice
from bench.simulation.population import OPERATORS, SHARES, Line, Plan, history, sizes


def test_every_group_and_every_kind_of_operator_comes(lines: list[Line]) -> None:
    assert {line.group for line in lines} == {*SHARES, "ordinary", "operator"}
    assert {line.operator.rpartition("-")[0] for line in lines if line.operator} == OPERATORS.keys()
    assert all((line.group == "operator") == (line.operator is not None) for line in lines)


def test_they_come_in_the_order_of_time_and_in_the_days_asked_for(lines: list[Line]) -> None:
    times = [line.at for line in lines]
    assert times == sorted(times)
    assert (times[-1] - times[0]).days < 45
    assert len(lines) == 3000


def test_shares_are_as_planned(lines: list[Line]) -> None:
    groups = Counter(line.group for line in lines)
    assert groups["operator"] == 300
    assert groups["household"] == round(2700 * SHARES["household"])
    assert groups["ordinary"] > 1350


def test_operators_open_two_to_five_per_cent_where_nothing_is_asked() -> None:
    for seed in ("1", "2", "3"):
        operated = sum(line.operator is not None for line in history(Plan(1000, 30, seed)))
        assert 20 <= operated <= 50


def test_only_the_kinds_that_are_asked_for_come() -> None:
    plan = Plan(800, 30, "1", operators=("antidetect",), operated=0.2)
    assert {(line.operator or "").rpartition("-")[0] for line in history(plan)} == {"", "antidetect"}
    assert all(line.operator is None for line in history(Plan(300, 30, "1", operators=())))


def test_no_operators_account_is_all_wrong_and_many_are_clean(lines: list[Line]) -> None:
    careful = [line for line in lines if (line.operator or "").startswith(("antidetect", "all_rotating"))]
    assert all(line.sent["device"] is None or not line.sent["device"]["webdriver"] for line in careful)
    assert len({line.sent["ip"] for line in careful}) > len(careful) / 3
    assert len({line.sent["email"] for line in careful}) >= len(careful) - 2


def test_operators_sizes_make_up_what_is_asked_for() -> None:
    for accounts in (1, 5, 70, 1000, 40_000):
        found = sizes(Dice("one"), accounts, kinds=6)
        assert sum(found) == accounts
        assert min(found) > 0
    assert sizes(Dice("one"), 0, kinds=6) == []


def test_some_histories_have_few_large_operators_and_others_many_small_ones() -> None:
    numbers = [len(sizes(Dice(f"history {seed}"), 1000, kinds=6)) for seed in range(40)]
    assert min(numbers) == 6
    assert max(numbers) > 20
    assert len(set(numbers)) > 8


def test_a_crowd_is_one_party_and_so_is_an_operator(lines: list[Line]) -> None:
    names = {line.party: (line.group, line.operator) for line in lines}
    assert all(names[line.party] == (line.group, line.operator) for line in lines)
    operators = [operator for _, operator in names.values() if operator]
    assert len(operators) == len(set(operators))
    assert sum(group == "household" for group, _ in names.values()) > 50


def test_every_group_and_kind_is_documented_and_no_other() -> None:
    page = (Path(__file__).parents[3] / "docs" / "simulate.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE))
    assert named == {*SHARES, "ordinary", *OPERATORS}


def test_a_single_operator_can_open_all_that_operators_open() -> None:
    lines = list(history(Plan(400, 45, "alone", ("all_rotating",), 0.5, alone=True)))
    assert {line.operator for line in lines} == {None, "all_rotating-1"}
    assert sum(line.operator is not None for line in lines) == 200
