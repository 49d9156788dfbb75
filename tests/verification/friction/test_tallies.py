"""Tallies are added to and added up, and made-up names do not fill the table."""

from datetime import date, timedelta

import pytest

from risk.groups import OTHER, UNKNOWN, Dimension
from verification.friction import tallies
from verification.friction.report import Counts
from verification.friction.tallies import VALUES_MOST, Tick, add, totals
from verification.friction_models import FrictionTally

DAY = date(2026, 8, 3)

pytestmark = pytest.mark.django_db


def tick(value: str, *counts: str, day: date = DAY, by: int = 1) -> Tick:
    return Tick(day, {Dimension.BROWSER: value}, counts or ("allow",), by)


def test_ticks_add_up_over_days() -> None:
    add([tick("Chrome"), tick("Chrome", "challenge"), tick("Chrome", "followed", "held")])
    add([tick("Chrome", day=DAY + timedelta(days=1))])
    assert totals(DAY, DAY) == {(Dimension.BROWSER, "Chrome"): Counts(allow=1, challenge=1, followed=1, held=1)}
    assert totals(DAY, DAY + timedelta(days=1))[Dimension.BROWSER, "Chrome"].allow == 2


def test_what_is_taken_back_is_gone_and_is_never_told_below_nothing() -> None:
    add([tick("Chrome", "abusive")])
    add([tick("Chrome", "abusive", by=-1), tick("Firefox", "abusive", by=-1)])
    assert {key[1]: counts.abusive for key, counts in totals(DAY, DAY).items()} == {"Chrome": 0, "Firefox": 0}


def test_nothing_to_add_writes_nothing() -> None:
    add([])
    assert not FrictionTally.objects.exists()


def test_made_up_names_are_counted_together_and_displace_nobody_who_was_there_before() -> None:
    add([tick("Firefox", day=DAY - timedelta(days=3))] * 10)
    add([tick(f"made up {n}") for n in range(VALUES_MOST + 50)])
    add([tick("Firefox"), tick("late"), tick(UNKNOWN)])
    counted = {key[1]: counts.allow for key, counts in totals(DAY, DAY).items()}
    assert counted[OTHER] == 51
    assert (counted["Firefox"], counted[UNKNOWN]) == (1, 1)
    assert len(counted) == VALUES_MOST + 3


def test_old_days_are_forgotten() -> None:
    add([tick("Chrome"), tick("Chrome", day=DAY - timedelta(days=200))])
    tallies.forget(DAY)
    assert [tally.day for tally in FrictionTally.objects.all()] == [DAY]
