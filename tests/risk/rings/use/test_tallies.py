"""What is added up of use: each pair of account and value once, and who calls from home."""

import numpy as np

from risk.rings.use.tallies import Incidence, totals
from tests.risk.rings.use.doers import Doer, use_of


def test_totals_add_up_what_stands_under_one_key() -> None:
    keys, sums = totals(np.array([3, 1, 3]), np.array([2.0, 5.0, 4.0]))
    assert (keys.tolist(), sums.tolist()) == ([1, 3], [5.0, 6.0])


def test_an_incidence_has_each_pair_once() -> None:
    shown = Incidence.of(np.array([0, 1, 0]), np.array([70, 70, 70]), np.array([1, 1, 2]))
    assert (shown.rows.tolist(), shown.value.tolist(), shown.times.tolist()) == ([0, 1], [0, 0], [3.0, 1.0])
    assert shown.shown.tolist() == [2]
    assert shown.total(3).tolist() == [3.0, 1.0, 0.0]


def test_home_is_the_network_of_the_signup_and_no_hosts() -> None:
    use = use_of(
        [Doer(7, [1], [7 * 256, 8 * 256], []), Doer(9, [1], [9 * 256], [], hosted=True), Doer(0, [1], [0], [])]
    )
    assert use.home.tolist() == [True, False, False, False]


def test_who_never_called_is_not_used() -> None:
    assert use_of([Doer(1, [], [], []), Doer(1, [3], [256], [])]).used.tolist() == [False, True]
