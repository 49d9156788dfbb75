"""What a template promises: it says what most of a ring show, how many values there are, and nothing raw."""

import numpy as np

from risk.rings.describing import describe
from risk.rings.links import Link
from tests.risk.alice import alice, with_
from tests.risk.rings.people import People


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
    assert (line.words, line.values, line.share) == ("3 BINs", 3, 1.0)


def test_one_value_is_said_as_one() -> None:
    people = People(0)
    people.group(10, lambda _: people.somebody(BIN=1))
    told = describe(people.columns(), np.arange(10), [])
    assert "1 BIN" in told.words


def test_what_everybody_has_for_themselves_is_not_said() -> None:
    people = People(20)
    told = describe(people.columns(), np.arange(20), [])
    assert not [line for line in told.lines if line.link in {"ADDRESS", "DEVICE", "CARD"}]


def test_no_mailbox_number_or_name_is_in_it() -> None:
    people = People(10)
    told = describe(people.columns(), np.arange(10), [alice()] * 10)
    assert "alice" not in str(told.as_json()).lower()
