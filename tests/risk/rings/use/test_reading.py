"""What was reported of use is read as it was stored: added up, of the last weeks, and only of who is looked at."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from config.lib.database import unhurried
from risk.models import Trace
from risk.rings.links import STORED, Link
from risk.rings.reading import read as read_traces
from risk.rings.tells import WORDS
from risk.rings.use import reading
from risk.rings.use.judging import Shown
from risk.rings.use.reading import read
from risk.rings.use.tallies import LOOKED_BACK
from risk.usage.rows import Egress, WindowRow
from risk.usage.storing import store

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 8, 20, 12, tzinfo=UTC)
HOME, ELSEWHERE = 501, 502


@pytest.fixture(autouse=True)
def _traces() -> None:
    """Two accounts, of which the later one stands first."""
    for subject, day in ((1, 9), (2, 8)):
        links = [0] * STORED
        links[Link.NETWORK] = HOME
        Trace.objects.create(subject=subject, at=NOW - timedelta(days=day), links=links, tells=[0] * WORDS)


def _called(
    subject: int, hours_ago: int, network: int = HOME, *, hosted: bool = False, sketches: tuple[int, ...] = ()
) -> None:
    egress = Egress(1000 + network, network, hosted=hosted)
    store([WindowRow(subject, NOW - timedelta(hours=hours_ago), egress, 7, 10, 1, 1, sketches)])


def _known() -> Shown | None:
    with unhurried():
        return read(read_traces().columns(), NOW)


def _read() -> Shown:
    found = _known()
    assert found is not None
    return found


def test_without_windows_nothing_is_known() -> None:
    assert _known() is None


def test_each_account_has_what_it_did_in_its_own_row() -> None:
    _called(1, 3)
    _called(1, 4, ELSEWHERE, hosted=True)
    _called(2, 3)
    found = _read()
    first, second = (int(np.flatnonzero(read_traces().columns().subjects == subject)[0]) for subject in (1, 2))
    assert found.habits.home[[first, second]].tolist() == [0.5, 1.0]
    assert found.habits.hosted[[first, second]].tolist() == [0.5, 0.0]
    assert found.habits.windows[[first, second]].tolist() == [2.0, 1.0]


def test_what_was_asked_counts_once_for_each_window_that_has_it() -> None:
    for hours in (1, 2, 3):
        _called(1, hours, sketches=(42,))
    _called(2, 1, sketches=(42, -5))
    asked = _read().asked
    assert sorted(asked.times.tolist()) == [1.0, 3.0]
    assert asked.shown.tolist() == [2]
    assert sorted(zip(asked.total.tolist(), asked.alone.tolist(), strict=True))[-2:] == [(2.0, 1), (3.0, 0)]


def test_what_is_long_ago_and_what_is_yet_to_come_is_left_out() -> None:
    _called(1, 1)
    _called(1, int(LOOKED_BACK / timedelta(hours=1)) + 1)
    _called(1, -2)
    assert _read().habits.windows.sum() == 1


def test_use_of_an_account_that_is_not_looked_at_is_left_out() -> None:
    _called(1, 1)
    _called(99, 1)
    assert _read().habits.windows.sum() == 1


def test_what_is_read_in_parts_is_the_same_as_what_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for hours in range(1, 10):
        _called(1 + hours % 2, 24 * 8 + hours, HOME if hours % 3 else ELSEWHERE, sketches=(42, hours))
    _called(1, 2, ELSEWHERE, sketches=(42,))  # in another week: another part, and one that is no whole one
    whole = _read()
    for at_once in (1, 5):
        monkeypatch.setattr(reading, "AT_ONCE", at_once)
        parts = _read()
        assert parts.habits.windows.tolist() == whole.habits.windows.tolist() == [5.0, 5.0]
        assert parts.habits.days.tolist() == whole.habits.days.tolist()
        assert parts.habits.home.tolist() == whole.habits.home.tolist()
        assert parts.asked.total.tolist() == whole.asked.total.tolist()
        assert parts.asked.shown.tolist() == whole.asked.shown.tolist() == [2]


def test_the_first_of_the_weeks_that_are_looked_back_at_is_read_whole() -> None:
    _called(1, 1)
    _called(1, int(LOOKED_BACK / timedelta(hours=1)))
    assert _read().habits.windows.sum() == 2


def test_of_more_windows_than_are_looked_at_as_many_are_whose_sketches_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for hours in range(60):
        _called(1, 1 + 24 * 7 * (hours % 2) + hours, sketches=(42,))
    monkeypatch.setattr(reading, "AT_ONCE", 1)
    assert _read().asked.total.sum() == 60
    monkeypatch.setattr(reading, "SKETCHED", 15)
    found = _read()
    assert 8 <= found.asked.total.sum() <= 22
    assert found.habits.windows.sum() == 60
