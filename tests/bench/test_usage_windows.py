"""What of made-up use is known at a moment, and what it adds up to."""

from dataclasses import fields
from datetime import UTC, datetime

import numpy as np
import pytest

from bench._usage_windows import BACK, DAY, HOUR, NEVER, Windows, first_used, use_of
from risk.rings.columns import columns
from risk.rings.links import STORED, Link
from risk.rings.tells import WORDS
from risk.rings.use.evidence import evidence
from risk.rings.use.judging import Shown
from risk.rings.use.reading import read
from risk.usage.rows import Egress, WindowRow
from risk.usage.storing import store

MONDAY = int(datetime(2026, 8, 3, tzinfo=UTC).timestamp())


def some(number: int = 200, accounts: int = 12) -> Windows:
    """Windows of three weeks, in no order, of which some have the same account, address and client."""
    dice = np.random.default_rng(3)
    sketch_of = np.repeat(np.arange(number), 2)
    row, start = dice.integers(0, accounts, number), MONDAY + HOUR * dice.permutation(21 * 24)[:number]
    address = dice.integers(1, 5, number)
    return Windows(
        row=row,
        start=start,
        address=address,
        network=address * 10,
        client=dice.integers(1, 3, number),
        requests=dice.integers(1, 50, number),
        hosted=(address == 1).astype(np.int64),
        sketch=dice.integers(-9, 9, 2 * number) * 2 + np.tile([0, 1], number),
        sketch_of=sketch_of,
    )


def test_a_window_is_known_once_its_hour_is_over_and_until_it_is_no_longer_looked_back_at() -> None:
    windows = some().ordered()
    last = windows.start[-1]
    assert len(windows.known(last + HOUR)) == len(windows)
    assert len(windows.known(last + HOUR - 1)) == len(windows) - 1
    assert len(windows.known(windows.start[0] + BACK)) == len(windows) - 1
    assert len(windows.known(windows.start[0])) == 0


def test_sketches_stay_with_their_windows() -> None:
    windows = some()
    asked = {
        (int(windows.row[of]), int(windows.start[of]), int(sketch))
        for of, sketch in zip(windows.sketch_of, windows.sketch, strict=True)
    }
    ordered = windows.ordered()
    assert {
        (int(ordered.row[of]), int(ordered.start[of]), int(sketch))
        for of, sketch in zip(ordered.sketch_of, ordered.sketch, strict=True)
    } == asked
    half = ordered.known(MONDAY + 9 * DAY).some(np.arange(12) < 6)
    found = {
        (int(half.row[of]), int(half.start[of]), int(sketch))
        for of, sketch in zip(half.sketch_of, half.sketch, strict=True)
    }
    assert found == {each for each in asked if each[0] < 6 and each[1] + HOUR <= MONDAY + 9 * DAY}


def test_who_was_never_used_has_no_first_use() -> None:
    windows = some()
    first = first_used(windows, 13)
    assert first[12] == NEVER
    assert first[0] == windows.start[windows.row == 0].min()


@pytest.mark.django_db
def test_what_is_added_up_is_what_detection_reads_of_the_same_windows() -> None:
    windows = some().ordered()
    store([_row(windows, place) for place in range(len(windows))])
    moment = int(windows.start[-1]) + HOUR
    links = np.zeros((12, STORED), dtype=np.int64)
    links[:, Link.NETWORK] = [10, 20, 30] * 4
    accounts = columns(np.arange(12) + 100, np.arange(12.0), links, np.zeros((12, WORDS), dtype=np.int64))
    stored = read(accounts, datetime.fromtimestamp(moment, UTC))
    assert stored is not None
    _same(evidence(use_of(windows.known(moment), links[:, Link.NETWORK], accounts.at)), stored)


def _row(windows: Windows, place: int) -> WindowRow:
    address, network = int(windows.address[place]), int(windows.network[place])
    sketches = windows.sketch[windows.sketch_of == place].tolist()
    return WindowRow(
        subject=100 + int(windows.row[place]),
        start=datetime.fromtimestamp(int(windows.start[place]), UTC),
        egress=Egress(address, network, hosted=bool(windows.hosted[place])),
        client=int(windows.client[place]),
        requests=int(windows.requests[place]),
        input_tokens=1,
        output_tokens=1,
        sketches=tuple(dict.fromkeys(sketches)),
    )


def _same(one: Shown, other: Shown) -> None:
    for habit in fields(one.habits):
        np.testing.assert_allclose(getattr(one.habits, habit.name), getattr(other.habits, habit.name))
    for shown in ("exits", "asked"):
        mine, its = getattr(one, shown), getattr(other, shown)
        np.testing.assert_array_equal(mine.total, its.total)
        np.testing.assert_array_equal(mine.alone, its.alone)
        np.testing.assert_array_equal(np.sort(mine.shown), np.sort(its.shown))
    np.testing.assert_array_equal(one.clients.total(12), other.clients.total(12))
    np.testing.assert_array_equal(np.sort(one.clients.shown), np.sort(other.clients.shown))
    for day in ("began", "ended"):
        np.testing.assert_array_equal(getattr(one.turns, day), getattr(other.turns, day))
    np.testing.assert_array_equal(np.sort(one.turns.together.shown), np.sort(other.turns.together.shown))
    np.testing.assert_array_equal(one.networks.signed_up, other.networks.signed_up)
