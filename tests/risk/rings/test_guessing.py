"""What guesses promise: an operator is among them by what it shares, and each account once in each."""

import numpy as np

from risk.rings.guessing import SEEDED, SEEDS, guesses
from risk.rings.profiles import LARGE, Groups
from tests.risk.rings.people import People, operator


def _together(guess: Groups, subjects: set[int]) -> int:
    """How many of the subjects the guess puts into one group, at most."""
    inside = np.isin(guess.rows + 1, list(subjects))
    return int(np.bincount(guess.group[inside], minlength=1).max())


def test_an_operators_accounts_are_a_community_by_what_they_agree_on() -> None:
    people = People(3_000)
    ring = set(people.group(12, operator(people)))
    by_ties = list(guesses(people.columns()))[len(SEEDS) + 1 :]
    assert max(_together(guess, ring) for guess in by_ties) >= 11


def test_a_large_operator_that_makes_its_own_values_common_is_a_guess_too() -> None:
    people = People(3_000)
    ring = set(people.group(60, operator(people)))
    assert max(_together(guess, ring) for guess in guesses(people.columns())) == 60


def test_who_shows_one_address_is_a_guess_by_itself() -> None:
    people = People(1_000)
    hall = people.unique()
    inside = set(people.group(30, lambda _: people.somebody(ADDRESS=hall)))
    by_address = next(guesses(people.columns()))
    assert set((by_address.rows + 1).tolist()) == inside
    assert by_address.number == 1


def test_a_value_that_many_of_all_show_is_nobodys() -> None:
    people = People(4_000)
    crowd = people.unique()
    people.group(int(SEEDED[1] * 5_000) + 100, lambda _: people.somebody(ADDRESS=crowd))
    assert next(guesses(people.columns())).number == 0


def test_no_account_is_twice_in_one_guess_and_no_group_is_too_small() -> None:
    people = People(3_000)
    people.group(40, operator(people))
    found = list(guesses(people.columns()))
    assert all(len(np.unique(guess.rows)) == len(guess.rows) for guess in found)
    assert all(guess.size.min() >= LARGE for guess in found if guess.number)


def test_nobody_makes_no_guess_of_anybody() -> None:
    assert all(guess.number == 0 for guess in guesses(People(0).columns()))
