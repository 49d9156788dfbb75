"""Who does the same falls into one pool, and only they."""

from dataclasses import replace

import numpy as np
import pytest

from risk.rings.profiles import Groups
from risk.rings.use.evidence import evidence, pools
from risk.rings.use.pools import guesses, settled
from tests.risk.rings.use.doers import Cast, use_of

OPERATED = 40


def _scene() -> tuple[list[Groups], set[int]]:
    cast = Cast()
    of = evidence(use_of([*cast.people(400), *cast.operator(OPERATED)]))
    shown = (of.asked, of.exits)
    found = [settled(shown, guess, of.used) for guess in guesses(shown, of.used)]
    return found, set(range(400, 400 + OPERATED))


def test_each_way_of_guessing_settles_on_the_operators_accounts_and_no_others() -> None:
    found, operated = _scene()
    assert found
    for groups in found:
        largest = np.argmax(groups.size)
        assert set(groups.rows[groups.group == largest].tolist()) == operated


def test_a_pool_that_is_half_of_all_accounts_is_found_whole() -> None:
    cast, theirs = Cast(), 1_500
    of = evidence(use_of([*cast.people(theirs), *cast.operator(theirs)]))
    pool = pools(of)
    number, count = np.unique(pool[theirs:], return_counts=True)
    assert count.max() > 0.95 * theirs
    assert (pool[:theirs] != number[count.argmax()]).all()


@pytest.mark.parametrize("parts", [2, 3, 8])
def test_parts_of_a_pool_that_is_half_of_all_accounts_grow_into_the_whole(parts: int) -> None:
    cast, theirs = Cast(), 1_500
    of = evidence(use_of([*cast.people(theirs), *cast.operator(theirs)]))
    guess = Groups(np.arange(theirs, 2 * theirs), np.arange(theirs) % parts, parts)
    assert settled((of.asked, of.exits), guess, of.used).size.tolist() == [theirs]


def test_an_account_is_in_one_pool_at_most() -> None:
    for groups in _scene()[0]:
        assert len(set(groups.rows.tolist())) == len(groups.rows)


def test_nobody_who_only_talks_is_in_a_pool() -> None:
    of = evidence(use_of(Cast().people(300)))
    shown = (of.asked, of.exits)
    for guess in guesses(shown, of.used):
        assert settled(shown, guess, of.used).number == 0


def test_two_halves_of_a_pool_unite() -> None:
    cast = Cast()
    of = evidence(use_of([*cast.people(200), *cast.operator(OPERATED)]))
    halves = Groups(np.arange(200, 240), np.arange(OPERATED) % 2, 2)
    assert settled((of.asked, of.exits), halves, of.used).size.tolist() == [OPERATED]


@pytest.mark.parametrize(("theirs", "found"), [(40, 0), (800, 800)])
def test_a_pool_of_hundreds_is_one_by_less_than_a_small_one(theirs: int, found: int) -> None:
    cast = Cast()
    people = cast.people(5 * theirs)
    worked = [replace(each, requests=cast.volumes(25, 0.8)) for each in cast.operator(theirs, hosted=True)]
    assert np.count_nonzero(pools(evidence(use_of([*people, *worked]))) >= 0) == found
