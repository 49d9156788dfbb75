"""What cohorts promise: who agrees beyond chance stands together, chance alone brings hardly anybody together."""

import numpy as np

from risk.rings.cohorts import LEAST, NEIGHBOURS, cohorts, members
from risk.rings.links import Link
from tests.risk.rings.people import People, operator


def test_an_operators_accounts_become_neighbours() -> None:
    people = People(3_000)
    ring = set(people.group(40, operator(people)))
    ends = {(int(a) + 1, int(b) + 1) for a, b in cohorts(people.columns()).neighbours}
    met = {end for pair in ends if set(pair) <= ring for end in pair}
    assert met == ring


def test_the_work_grows_with_the_accounts_of_a_ring_and_not_with_their_pairs() -> None:
    people = People(500)
    people.group(400, lambda _: people.somebody(DOMAIN=77, BIN=78))
    alone = People(500)
    more = len(cohorts(people.columns()).neighbours) - len(cohorts(alone.columns()).neighbours)
    assert more < 400 * NEIGHBOURS * 40  # pairs would be 79,800 for each thing that they share


def test_too_few_to_agree_on_anything_are_nobodys_neighbours() -> None:
    assert not len(cohorts(People(2).columns()).neighbours)


def test_each_accounts_strongest_cohort_is_its_operators() -> None:
    people = People(3_000)
    ring = people.group(40, operator(people))
    accounts = people.columns()
    strongest = dict(zip(accounts.subjects.tolist(), cohorts(accounts).strongest.tolist(), strict=True))
    of_ring = {strongest[subject] for subject in ring}
    assert -1 not in of_ring
    assert not of_ring & {number for subject, number in strongest.items() if subject not in ring and number >= 0}


def test_who_agrees_on_two_things_beyond_chance_is_a_cohort_with_all_of_its_accounts_in_the_order_of_time() -> None:
    people = People(3_000)
    bins = [people.unique() for _ in range(2)]
    ring = [people.add(people.somebody(COUNTRY=1, FORM=77, BIN=bins[0])) for _ in range(LEAST)]
    for _ in range(LEAST - 1):
        people.add(people.somebody(COUNTRY=1, FORM=78, BIN=bins[1]))
    found = members(people.columns(), Link.BIN, Link.FORM)
    together = [rows.tolist() for rows in np.split(found.rows + 1, np.cumsum(found.size)[:-1])]
    assert ring in together
    assert all(size >= LEAST for size in found.size)
    assert all(rows == sorted(rows) for rows in together)
