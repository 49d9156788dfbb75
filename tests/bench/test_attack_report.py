"""What came of an attack, in words."""

from dataclasses import replace

import pytest

from bench._attack_report import Asked, Played, lines
from bench.attack import chosen

ASKED = Asked(25_000, 30_000, "attack", "all_rotating", "proxies", 6.0, 24.0, 3.0)
PLAYED = Played(
    accounts=25_000,
    honest=30_000,
    arrived=(3.0, 28.0),
    began=3.2,
    held_first=5.2,
    hours_to_held=20.0,
    held=24_900,
    got=500_000,
    left=76_000.0,
    accused=3,
    rounds=30,
)


def test_the_share_is_of_all_exchanges_that_the_operator_is_out_for() -> None:
    assert PLAYED.share == pytest.approx(0.02)
    text = lines([(ASKED, PLAYED)])[-1]
    assert "2.00 % of 28.8 million | 5 % (met) | 2.0 days" in text
    assert "3 of 30,000" in text


def test_one_that_is_never_held_says_so() -> None:
    never = replace(PLAYED, held_first=None, hours_to_held=None, held=0, got=2_000_000)
    assert "(not met) | never" in lines([(ASKED, never)])[-1]


def test_the_command_that_is_told_asks_for_the_same_again() -> None:
    command = lines([(ASKED, PLAYED)])[0].strip("`:")
    given = chosen(command.split()[3:])
    assert (given.accounts, given.honest, given.exits) == (25_000, 30_000, ["proxies"])
    assert (given.kind, given.seed, given.hours, given.later, given.after) == ("all_rotating", "attack", 6, 24, 3)
