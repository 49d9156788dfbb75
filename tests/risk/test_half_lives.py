"""How long evidence is good, as the policy says, and when each account's turn comes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from risk.half_lives import DEFAULT_HALF_LIVES, Evidence, HalfLife, parse_half_lives
from risk.policies.source import load
from risk.policies.store import DEFAULT, read
from risk.policyerror import PolicyError

NOW = datetime(2026, 8, 3, tzinfo=UTC)
MONTH = HalfLife(timedelta(days=30), jitter=0.2)


def test_a_policy_that_says_nothing_ages_evidence_as_the_default_does() -> None:
    assert parse_half_lives({}) == parse_half_lives({"half_lives": {}}) == parse_half_lives(read(DEFAULT))
    assert set(DEFAULT_HALF_LIVES) == set(Evidence) - {Evidence.MAILBOX}  # whose lists tell of themselves


def test_what_is_said_counts_and_a_line_that_is_left_out_is_the_defaults() -> None:
    told = parse_half_lives({"half_lives": {"phone_line": {"days": 7.5, "jitter": 0.5, "tiers": []}}})
    assert told[Evidence.PHONE_LINE] == HalfLife(timedelta(days=7.5), jitter=0.5, tiers=frozenset())
    assert not told[Evidence.PHONE_LINE].worth("trusted")
    assert told[Evidence.DEVICE] == DEFAULT_HALF_LIVES[Evidence.DEVICE]
    assert told[Evidence.DEVICE].worth("any")


@pytest.mark.parametrize(
    ("section", "told"),
    [
        pytest.param([], "half_lives: a table", id="no table"),
        pytest.param({"fone_line": {"days": 1}}, "half_lives.fone_line: not known", id="unknown evidence"),
        pytest.param({"mailbox": {"days": 1}}, "half_lives.mailbox: not known", id="what has none"),
        pytest.param({"device": 30}, "half_lives.device: a table with days", id="a number"),
        pytest.param({"device": {"jitter": 0.1}}, "half_lives.device: a table with days", id="without days"),
        pytest.param({"device": {"days": 1, "hours": 2}}, "half_lives.device.hours: not known", id="unknown field"),
        pytest.param({"device": {"days": 0}}, "half_lives.device.days: 0 is not a number above 0", id="none"),
        pytest.param({"device": {"days": True}}, "half_lives.device.days: True is not", id="truth"),
        pytest.param({"device": {"days": 4000}}, "half_lives.device.days: 4000 is not", id="for ever"),
        pytest.param({"device": {"days": 9, "jitter": 0.6}}, "half_lives.device.jitter: 0.6 is not", id="much jitter"),
        pytest.param({"device": {"days": 9, "tiers": "basic"}}, "half_lives.device.tiers: a list", id="one tier"),
    ],
)
def test_what_is_not_of_the_form_is_refused_by_its_place(section: Any, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        parse_half_lives({"half_lives": section})


def test_a_mistake_in_a_file_is_named_with_its_line() -> None:
    text = DEFAULT.read_text(encoding="utf-8").replace("device:      {days: 30,", "device:      {days: -1,")
    line = 1 + text.splitlines().index("  device:      {days: -1, jitter: 0.2}")
    with pytest.raises(PolicyError, match=f"mine.yaml:{line}: half_lives.device.days: -1"):
        load(text, "mine.yaml")


def test_turns_are_spread_by_the_jitter_and_drawn_once_for_good() -> None:
    dues = [MONTH.due_at(Evidence.DEVICE, subject, learnt_at=NOW) - NOW for subject in range(2_000)]
    assert dues == [MONTH.due_at(Evidence.DEVICE, subject, learnt_at=NOW) - NOW for subject in range(2_000)]
    assert timedelta(days=24) <= min(dues) < timedelta(days=25)
    assert timedelta(days=35) < max(dues) <= timedelta(days=36)
    early = sum(due < timedelta(days=27) for due in dues)
    assert 400 < early < 600  # a quarter of them in the first quarter
    assert MONTH.due_at(Evidence.NETWORK, 1, learnt_at=NOW) != MONTH.due_at(Evidence.DEVICE, 1, learnt_at=NOW)


def test_what_was_due_long_ago_is_spread_over_one_half_life_from_now() -> None:
    turns = sorted(MONTH.spread_at(Evidence.DEVICE, subject, now=NOW) - NOW for subject in range(2_000))
    assert timedelta() <= turns[0] < timedelta(days=1)
    assert timedelta(days=29) < turns[-1] < timedelta(days=30)
