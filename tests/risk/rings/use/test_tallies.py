"""What is added up of use: each pair of account and value once, and who calls from home."""

from dataclasses import fields

import numpy as np

from risk.rings.use.tallies import Common, Days, Exits, Incidence, joined, totals
from tests.risk.rings.use.doers import Doer, use_of


def test_totals_add_up_what_stands_under_one_key() -> None:
    keys, sums = totals(np.array([3, 1, 3]), np.array([2.0, 5.0, 4.0]))
    assert (keys.tolist(), sums.tolist()) == ([1, 3], [5.0, 6.0])


def test_an_incidence_has_each_pair_once() -> None:
    shown = Incidence.of(np.array([0, 1, 0]), np.array([70, 70, 70]), np.array([1, 1, 2]))
    assert (shown.rows.tolist(), shown.value.tolist(), shown.times.tolist()) == ([0, 1], [0, 0], [3.0, 1.0])
    assert shown.shown.tolist() == [2]
    assert shown.total(3).tolist() == [3.0, 1.0, 0.0]


def test_what_is_common_leaves_out_what_one_account_shows_alone_and_counts_it() -> None:
    shown = Incidence.of(np.array([0, 1, 1, 2]), np.array([7, 7, 8, 9]), np.array([1, 2, 3, 4]))
    common = Common.of(shown, 4).beside(np.array([1, 3]), np.array([5, 6]))
    assert (common.rows.tolist(), common.value.tolist(), common.times.tolist()) == ([0, 1], [0, 0], [1.0, 2.0])
    assert common.shown.tolist() == [2]
    assert common.total.tolist() == [1.0, 10.0, 4.0, 6.0]
    assert common.alone.tolist() == [0, 2, 1, 1]


def test_lines_that_are_alike_are_added_up_in_parts_as_in_one() -> None:
    dice = np.random.default_rng(5)
    rows, address, network, client = dice.integers(0, 4, (4, 400))
    day, once = dice.integers(0, 28, 400), np.ones(400, dtype=np.int64)
    exits = Exits(rows, address, network, client, once, dice.random(400) < 0.5, day, day)
    first = np.arange(400) < 150
    whole, parts = exits.added(), joined([exits.some(first).added(), exits.some(~first).added()])
    for each in fields(Exits):
        assert getattr(whole, each.name).tolist() == getattr(parts, each.name).tolist()
    places = {tuple(line) for line in np.stack([rows, address, network, client], axis=1).tolist()}
    assert (len(whole.rows), int(whole.windows.sum())) == (len(places), 400)
    one = (rows == whole.rows[0]) & (address == whole.address[0]) & (network == whole.network[0])
    one &= client == whole.client[0]
    assert (whole.first[0], whole.last[0], whole.hosted[0]) == (day[one].min(), day[one].max(), exits.hosted[one].any())


def test_days_are_added_up_with_all_hours_of_them() -> None:
    days = Days(np.array([0, 0, 1]), np.array([3, 3, 3]), np.array([5, 6, 7]), np.array([1 << 2, 1 << 9, 1]))
    added = days.added()
    found = sorted(zip(added.rows.tolist(), added.requests.tolist(), added.hours.tolist(), strict=True))
    assert found == [(0, 11, 1 << 2 | 1 << 9), (1, 7, 1)]


def test_home_is_the_network_of_the_signup_and_no_hosts() -> None:
    use = use_of(
        [Doer(7, [1], [7 * 256, 8 * 256], []), Doer(9, [1], [9 * 256], [], hosted=True), Doer(0, [1], [0], [])]
    )
    assert use.home.tolist() == [True, False, False, False]


def test_who_never_called_is_not_used() -> None:
    assert use_of([Doer(1, [], [], []), Doer(1, [3], [256], [])]).used.tolist() == [False, True]
