"""What accounts have in common with others of a group: not what is their own, and not what everybody does."""

import numpy as np
import pytest

from risk.rings.profiles import Groups
from risk.rings.use.sharing import DOUBT, LED_TO, MOST, in_common, nearness
from risk.rings.use.tallies import Common, Incidence
from tests.risk.rings.use.doers import all_in_one


def _shown(*pairs: tuple[int, int, int]) -> Common:
    rows, value, times = zip(*pairs, strict=True)
    return Common.of(Incidence.of(np.array(rows), np.array(value), np.array(times)), len(USED))


USED = np.ones(1_000, dtype=bool)


def test_what_only_the_group_shows_counts_for_each_of_its_members() -> None:
    shown = _shown(*[(row, 1, 50) for row in range(10)])
    found = in_common(shown, all_in_one(0, 10), USED)
    assert (found > 0.9 * MOST * 50 / (50 + DOUBT)).all()


def test_a_group_that_is_half_of_all_has_much_in_common_by_places_that_few_of_it_and_nobody_else_share() -> None:
    theirs = [(row, 10_000 + row // 4, 50) for row in range(500)]
    others = [(row, row, 50) for row in range(500, 1_000)]
    found = in_common(_shown(*theirs, *others), all_in_one(0, 500), USED)
    assert found.min() > 0.5 * MOST


def test_where_people_share_places_too_a_group_that_is_half_of_all_has_little_in_common_by_them() -> None:
    shared = [(row, 10_000 + row // 4, 50) for row in range(1_000)]
    assert in_common(_shown(*shared), all_in_one(0, 500), USED).max() < 0.3 * MOST


def test_what_is_its_own_counts_nothing() -> None:
    shown = _shown(*[(row, row, 50) for row in range(10)])
    assert in_common(shown, all_in_one(0, 10), USED).tolist() == [0.0] * 10


def test_what_everybody_shows_counts_nothing() -> None:
    shown = _shown(*[(row, 1, 50) for row in range(1_000)])
    assert in_common(shown, all_in_one(0, 10), USED) == pytest.approx(np.zeros(10), abs=0.05)


def test_two_who_meet_once_have_little_in_common() -> None:
    pairs = [(row, row + 100, 50) for row in range(10)] + [(0, 1, 1), (1, 1, 1)]
    assert in_common(_shown(*pairs), all_in_one(0, 10), USED).max() < 0.2


def test_who_called_once_has_said_little() -> None:
    shown = _shown(*[(row, 1, 50) for row in range(10)], (10, 1, 1))
    found = in_common(shown, all_in_one(0, 11), USED)
    assert found[10] < found[0] / 3


def test_an_account_outside_is_near_a_group_whose_values_it_shows() -> None:
    shown = _shown(*[(row, 1, 50) for row in range(10)], (500, 1, 50), (501, 2, 50))
    near = nearness(shown, all_in_one(0, 10), USED)
    assert 500 in near.rows.tolist()
    assert 501 not in near.rows.tolist()


def test_one_value_leads_to_no_more_groups_than_those_that_show_it_most() -> None:
    pairs = [(row, 1, 50) for row in range(200)]
    groups = Groups(np.arange(200), np.concatenate([np.repeat(np.arange(20), 9), np.repeat(20, 20)]), 21)
    near = nearness(_shown(*pairs), groups, USED)
    assert np.bincount(near.rows).max() == LED_TO
    assert 20 in near.group.tolist()
