"""The pools that use gives away, as numbers by account."""

import numpy as np

from risk.rings.use.evidence import chosen, evidence, pools, said
from tests.risk.rings.use.doers import Cast, Doer, all_in_one, use_of

PEOPLE, MEMBERS = 400, 40


def test_an_operators_accounts_are_one_pool_beside_all_honest_crowds() -> None:
    cast = Cast()
    honest = [
        *cast.people(PEOPLE),
        *cast.platform_users(30),
        *cast.colleagues(20),
    ]
    found = pools(evidence(use_of([*honest, *cast.operator(MEMBERS)])))
    assert len(set(found[len(honest) :].tolist())) == 1
    assert (found[len(honest) :] >= 0).all()
    assert (found[: len(honest)] < 0).all()


def test_nobody_who_was_not_used_is_in_a_pool() -> None:
    cast = Cast()
    idle = [Doer(1, [], [], [])] * 10
    assert (pools(evidence(use_of([*cast.people(200), *cast.operator(MEMBERS), *idle])))[-10:] == -1).all()


def test_without_any_use_there_are_no_pools() -> None:
    assert pools(evidence(use_of([Doer(1, [], [], [])] * 3))).tolist() == [-1] * 3


def test_what_members_have_in_common_is_said_for_each() -> None:
    cast = Cast()
    of = evidence(use_of([*cast.people(PEOPLE), *cast.operator(MEMBERS)]))
    asked, exits = said(of, all_in_one(PEOPLE, MEMBERS))
    assert np.min(asked) > 2.0
    assert np.min(exits) > 2.0


def test_of_pools_that_tell_about_as_much_the_whole_is_taken_and_not_its_evenest_part() -> None:
    whole, part = np.arange(1_000), np.arange(200)
    assert (chosen([(4.4, part), (4.0, whole)], 1_000) == 0).all()


def test_a_pool_that_tells_much_more_than_what_it_is_among_is_taken_by_itself() -> None:
    crowd, theirs = np.arange(1_000), np.arange(200)
    pool = chosen([(9.0, theirs), (4.0, crowd)], 1_000)
    assert (pool[theirs] == 0).all()
    assert (pool[200:] == 1).all()
