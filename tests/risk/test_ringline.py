"""From where on a ring is contained, as the policy says, and until where it stays so."""

from typing import Any

import pytest

from risk.policies.store import DEFAULT, read
from risk.policyerror import PolicyError
from risk.ringline import RingLine, parse_rings


def test_a_policy_that_says_nothing_of_rings_has_the_line_of_the_default() -> None:
    assert parse_rings({}) == parse_rings({"rings": {}}) == parse_rings(read(DEFAULT)) == RingLine(True, 0.9, 5)


def test_what_is_said_counts() -> None:
    section = {"contain": False, "contain_at": 0.99, "least_members": 40}
    assert parse_rings({"rings": section}) == RingLine(contain=False, contain_at=0.99, least_members=40)


@pytest.mark.parametrize(
    ("section", "told"),
    [
        pytest.param([], "a table", id="no table"),
        pytest.param({"contain_from": 0.9}, "contain_from: not known", id="unknown field"),
        pytest.param({"contain": "yes"}, "neither true nor false", id="a word"),
        pytest.param({"contain_at": 90}, "not a probability", id="percent"),
        pytest.param({"contain_at": True}, "not a probability", id="truth"),
        pytest.param({"contain_at": float("nan")}, "not a probability", id="no number"),
        pytest.param({"least_members": 1}, "at least 2", id="one account"),
        pytest.param({"least_members": 5.0}, "at least 2", id="no whole number"),
    ],
)
def test_what_is_not_of_the_form_is_refused_by_its_name(section: Any, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        parse_rings({"rings": section})


@pytest.mark.parametrize(
    ("score", "size", "passed", "holds"),
    [
        pytest.param(90.0, 5, True, True, id="at the line"),
        pytest.param(100.0, 25_000, True, True, id="beyond doubt"),
        pytest.param(89.9, 5, False, True, id="a little under in score"),
        pytest.param(99.0, 4, False, True, id="a little under in members"),
        pytest.param(80.0, 500, False, False, id="under half the odds"),
        pytest.param(99.0, 2, False, False, id="under half the members"),
        pytest.param(0.0, 0, False, False, id="nothing left"),
    ],
)
def test_who_is_contained_stays_so_down_to_half_of_the_line(
    score: float, size: int, *, passed: bool, holds: bool
) -> None:
    line = RingLine()
    assert (line.passed(score, size), line.holds(score, size)) == (passed, holds)


def test_where_the_policy_contains_none_none_passes_and_none_holds() -> None:
    line = RingLine(contain=False)
    assert not line.passed(99.9, 1000)
    assert not line.holds(99.9, 1000)
