"""What a template promises: it says what most of a ring show, how many values there are, and nothing raw."""

from dataclasses import replace

import numpy as np

from risk.rings.describing import describe
from risk.rings.links import Link
from tests.risk.alice import alice, with_
from tests.risk.rings.people import People

MONDAY = 1_777_852_800  # 2026-05-04


def test_what_most_share_is_said_and_what_few_share_is_not() -> None:
    people = People(10)
    facts = [with_("network", as_name="AT&T")] * 7 + [with_("network", as_name=f"Line {n}") for n in range(3)]
    told = describe(people.columns(), np.arange(10), facts)
    assert "network of AT&T" in told.words
    assert next(line for line in told.lines if line.link == "PROVIDER").share == 0.7


def test_how_many_values_is_said_where_they_are_far_fewer_than_accounts() -> None:
    people = People(0)
    people.group(30, lambda number: people.somebody(BIN=1 + number % 3))
    told = describe(people.columns(), np.arange(30), [])
    (line,) = [line for line in told.lines if line.link == Link.BIN.name]
    assert (line.words, line.shown, line.values, line.share) == ("cards of one BIN", "3 BINs", 3, 1.0)


def test_one_value_is_said_as_one() -> None:
    people = People(0)
    people.group(10, lambda _: people.somebody(BIN=1))
    told = describe(people.columns(), np.arange(10), [])
    assert "1 BIN" in told.words


def test_what_everybody_has_for_themselves_is_not_said() -> None:
    people = People(20)
    told = describe(people.columns(), np.arange(20), [])
    assert not [line for line in told.lines if line.link in {"ADDRESS", "DEVICE", "CARD"}]


def test_the_clock_is_told_with_how_far_it_is_from_utc() -> None:
    people = People(10)
    clocks = [("Asia/Shanghai", 480, "UTC+8"), ("Asia/Kolkata", 330, "UTC+5:30"), ("America/Lima", -300, "UTC-5")]
    for zone, minutes, told in clocks:
        facts = [with_("device", timezone=zone, timezone_offset=minutes)] * 10
        assert f"clock at {told} ({zone})" in describe(people.columns(), np.arange(10), facts).words


def test_the_hours_of_somebodys_work_are_told_last_however_much_else_there_is() -> None:
    people = People(0)
    people.group(40, lambda _: people.somebody(BIN=1, DOMAIN=1, TEMPLATE=1, CARD=1, PRINT=1, DEVICE=1, NETWORK=1))
    accounts = people.columns()
    worked = MONDAY + 86_400 * (np.arange(40) % 5) + 3_600 * (1 + np.arange(40) % 8)
    told = describe(replace(accounts, at=worked.astype(np.float64)), np.arange(40), [alice()] * 40)
    assert told.words.endswith(", signups 01-09 UTC, no weekends")
    assert told.lines[-1].link == Link.HOUR.name


def test_no_mailbox_number_or_name_is_in_it() -> None:
    people = People(10)
    told = describe(people.columns(), np.arange(10), [alice()] * 10)
    assert "alice" not in str(told.as_json()).lower()
