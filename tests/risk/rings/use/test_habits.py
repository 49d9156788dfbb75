"""How each account is used, by what its windows and days tell."""

import numpy as np
import pytest

from risk.rings.use.habits import habits
from tests.risk.rings.use.doers import Doer, use_of


def test_the_share_of_windows_from_home_and_from_hosts() -> None:
    found = habits(
        use_of([Doer(7, [5], [7 * 256, 7 * 256, 7 * 256, 9 * 256], []), Doer(7, [5], [99 * 256], [], hosted=True)])
    )
    assert found.home.tolist() == [0.75, 0.0]
    assert found.hosted.tolist() == [0.0, 1.0]


def test_volume_and_swing_are_of_the_logarithm_of_days_but_for_the_last_which_is_not_over() -> None:
    found = habits(use_of([Doer(1, [10, 10, 10, 10, 1], [256], []), Doer(1, [1, 100, 7], [256], [])]))
    assert found.volume.tolist() == pytest.approx([np.log(10), np.log(10)])
    assert found.swing.tolist() == pytest.approx([0.0, np.log(10)])
    assert found.told.tolist() == [True, True]
    assert habits(use_of([Doer(1, [9, 9], [256], [])])).told.tolist() == [False]


def test_what_an_account_does_not_show_is_not_a_number() -> None:
    found = habits(use_of([Doer(1, [], [], [])]))
    assert np.isnan([found.home[0], found.volume[0]]).all()


def test_who_calls_mostly_from_one_other_network_and_never_from_home_is_at_home_elsewhere() -> None:
    home, other, host = 7 * 256, 8 * 256, 9 * 256
    found = habits(
        use_of(
            [
                Doer(7, [5], [other] * 4, []),
                Doer(7, [5], [home, *[other] * 4], []),
                Doer(7, [5], [256 * network for network in range(20, 26)], []),
                (Doer(7, [5], [host] * 30, [], hosted=True), Doer(7, [5], [other] * 4, [])),
                Doer(7, [5], [host] * 30, [], hosted=True),
                Doer(7, [5], [other] * 2, []),
            ]
        )
    ).elsewhere
    assert found[:4].tolist() == [1.0, 0.0, 0.0, 1.0]
    assert np.isnan(found[4:]).all()


def test_who_calls_at_all_hours_never_sleeps_and_who_called_little_says_nothing_of_it() -> None:
    at_home = Doer(1, [5] * 12, [256], [], hours=16)
    day_and_night = Doer(1, [5] * 12, [256], [], hours=24)
    hardly = Doer(1, [5], [256], [], hours=24)
    sleepless = habits(use_of([at_home, day_and_night, hardly])).sleepless
    assert sleepless[:2].tolist() == [0.0, 1.0]
    assert np.isnan(sleepless[2])
