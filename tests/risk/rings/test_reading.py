"""What reading promises: every trace comes back as it was stored, in the order of its time."""

from datetime import UTC, datetime, timedelta

import pytest

from risk.models import Trace
from risk.rings.census import Census, take
from risk.rings.links import STORED, Link
from risk.rings.reading import LATE, read, since
from risk.rings.tells import WORDS, told

MAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _store(subject: int, *, hours: int, **links: int) -> None:
    stored = [0] * STORED
    for name, value in links.items():
        stored[Link[name]] = value
    Trace.objects.create(subject=subject, at=MAY + timedelta(hours=hours), links=stored, tells=[0] * WORDS)


def test_nothing_stored_is_nobody() -> None:
    assert len(read()) == 0


def test_traces_come_in_the_order_of_their_times_with_their_values() -> None:
    _store(7, hours=2, CARD=-(2**63), BIN=5)
    _store(9, hours=1, CARD=2**63 - 1, BIN=5)
    accounts = read().columns()
    assert accounts.subjects.tolist() == [9, 7]
    assert [accounts.of[Link.CARD].values[code] for code in accounts.of[Link.CARD].code] == [2**63 - 1, -(2**63)]
    assert accounts.of[Link.BIN].code.tolist() == [0, 0]
    assert accounts.of[Link.PHONE].code.tolist() == [-1, -1]
    assert accounts.at.tolist() == [(MAY + timedelta(hours=hours)).timestamp() for hours in (1, 2)]


def _census() -> Census:
    traces = read()
    return take(traces.columns(), traces.tells)


def test_after_a_census_only_who_came_since_is_read() -> None:
    _store(5 + LATE, hours=0)
    _store(4, hours=1)
    census = _census()
    _store(6 + LATE, hours=2)
    new = since(census)
    assert new is not None
    assert new.subjects.tolist() == [6 + LATE]


def test_one_whose_number_was_given_earlier_and_who_is_stored_later_is_read_too() -> None:
    _store(7, hours=0)
    census = _census()
    _store(6, hours=0)
    new = since(census)
    assert new is not None
    assert new.subjects.tolist() == [6]


def test_a_trace_that_is_made_later_of_one_who_came_long_before_is_left_to_the_next_census() -> None:
    _store(5 + LATE, hours=1)
    census = _census()
    _store(3, hours=0)
    _store(6 + LATE, hours=2)
    new = since(census)
    assert new is not None
    assert new.subjects.tolist() == [6 + LATE]


def test_a_census_of_other_accounts_is_none() -> None:
    _store(1, hours=0)
    _store(2, hours=1)
    census = _census()
    Trace.objects.filter(subject=1).delete()
    assert since(census) is None
    _store(1, hours=3)
    assert since(census) is None


def test_a_census_of_nobody_is_none() -> None:
    assert since(_census()) is None


def test_what_only_programs_show_is_read() -> None:
    Trace.objects.create(subject=1, at=MAY, links=[0] * STORED, tells=told(["automation_webdriver"]))
    Trace.objects.create(subject=2, at=MAY, links=[0] * STORED, tells=told([]))
    assert read().columns().program.tolist() == [True, False]


def test_of_what_a_shorter_trace_lacks_nothing_was_shown() -> None:
    Trace.objects.create(subject=1, at=MAY, links=[1, 2, 3], tells=[])
    accounts = read().columns()
    assert accounts.of[Link.PROVIDER].values.tolist() == [3]
    assert [accounts.of[link].code.tolist() for link in (Link.DEVICE, Link.PROCESSOR)] == [[-1], [-1]]
    assert accounts.program.tolist() == [False]
