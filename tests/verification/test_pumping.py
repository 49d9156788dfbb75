"""Codes that nobody enters cut a destination off; a neighbourhood of people who enter theirs hardly notices."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from verification.pumping import (
    BUDGETS,
    REST,
    SETTLED_COUNTRY,
    UNREAD_HONEST,
    WINDOW,
    History,
    Level,
    Past,
    judge,
    prefix_of,
    suspicion,
)

NOW = datetime(2026, 8, 3, 12, tzinfo=UTC)


def sent(
    pattern: str, *, prefix: str = "+14155", country: str = "US", every: float = 15, proven: bool = False
) -> list[Past]:
    """Messages that ended now, the newest first: e entered, u unread. `every` in minutes."""
    times = [NOW - timedelta(minutes=every * (place + 1)) for place in range(len(pattern))]
    return [
        Past(prefix, country, at, entered=letter == "e", proven=False)
        for at, letter in zip(times, reversed(pattern), strict=True)
    ]


def history(prefix: Sequence[Past] = (), new: Sequence[Past] = (), **others: Sequence[Past]) -> History:
    levels = {level: others.get(level.value, ()) for level in Level} | {Level.PREFIX: prefix}
    return History(levels=levels, new_prefixes=new, today={})


def held(past: History, *, country: str = "US", at: datetime = NOW) -> str | None:
    answer = judge(past, country, at)
    return answer.level if answer else None


def test_the_first_message_to_a_new_prefix_goes() -> None:
    assert held(history()) is None


def test_two_codes_that_nobody_entered_cut_a_new_prefix_off() -> None:
    assert held(history(sent("u"))) is None
    assert held(history(sent("uu"))) == "prefix"


def test_codes_that_were_entered_speak_for_the_prefix_but_not_for_ever() -> None:
    assert held(history(sent("euu"))) is None
    assert held(history(sent("e" * 30 + "uuuu"))) is None
    assert held(history(sent("e" * 30 + "uuuuu"))) == "prefix"


def test_of_a_thousand_honest_codes_hardly_one_finds_its_prefix_cut_off() -> None:
    draw = random.Random(7)
    pattern = "".join("u" if draw.random() < UNREAD_HONEST else "e" for _ in range(20_000))
    held_up = sum(suspicion(sent(pattern[end - 60 : end]), Level.PREFIX, at=NOW) > 0 for end in range(60, 20_000))
    assert held_up / 20_000 < 0.001


def test_after_its_rest_a_prefix_may_try_once_more() -> None:
    past = history(sent("uuu"))
    assert held(past, at=NOW + REST) is None


def test_in_a_burst_only_so_many_codes_are_on_their_way() -> None:
    assert held(history(sent("uu", every=0.1))) == "prefix"
    assert held(history(sent("eeeee" + "uuu", every=0.1))) is None


def test_when_new_prefixes_of_a_country_turn_sour_the_others_there_wait_and_no_other_country_does() -> None:
    sour = [past for number in range(3) for past in sent("uu", prefix=f"+99450{number}", country="AZ", every=30)]
    assert held(history(new=sour), country="AZ") == "new prefixes of the country"
    assert held(history(new=sour), country="US") is None


def test_when_new_prefixes_turn_sour_everywhere_new_ones_wait_and_proven_ones_do_not() -> None:
    sour = [past for number in range(9) for past in sent("uu", prefix=f"+{number}", country=f"C{number}", every=30)]
    assert held(history(new=sour), country="US") == "new prefixes"
    assert held(history(sent("ee"), new=sour), country="US") is None


def test_a_country_where_people_enter_their_codes_does_not_wait_for_what_happens_in_others() -> None:
    sour = [past for number in range(9) for past in sent("uu", prefix=f"+{number}", country=f"C{number}", every=30)]
    assert held(history(new=sour, country=sent("e" * SETTLED_COUNTRY))) is None


def test_a_few_sour_prefixes_among_many_good_new_ones_hold_nobody_up() -> None:
    good = [past for number in range(60) for past in sent("e", prefix=f"+8{number}", every=70)]
    sour = [past for number in range(9) for past in sent("uu", prefix=f"+{number}", country=f"C{number}", every=30)]
    assert held(history(new=good + sour)) is None


@pytest.mark.parametrize("level", [Level.CARRIER, Level.COUNTRY, Level.CALLER])
def test_a_new_prefix_waits_where_its_carrier_country_or_caller_is_pumped_and_a_proven_one_does_not(
    level: Level,
) -> None:
    pumped = {level.value: sent("u" * 12)}
    assert held(history(**pumped)) == level
    assert held(history(sent("e"), **pumped)) is None


@pytest.mark.parametrize("level", list(Level))
def test_a_budget_that_is_spent_holds(level: Level) -> None:
    past = History(levels=dict.fromkeys(Level, ()), new_prefixes=(), today={level: BUDGETS[level]})
    assert held(past) == level


def test_a_prefix_is_all_but_the_last_six_digits() -> None:
    assert prefix_of("+14155552671") == "+14155"
    assert WINDOW > REST
