"""What profiles promise: a ring learns what it reuses, and weighs by that who could be of it."""

import numpy as np

from risk.rings.links import Aspect, Link
from risk.rings.profiles import ASPECTS, Groups, profiles
from tests.risk.rings.people import People, operator


def _groups(people: People, *groups: list[int]) -> Groups:
    rows = np.array([subject - 1 for group in groups for subject in group], dtype=np.int64)
    return Groups(rows, np.repeat(np.arange(len(groups)), [len(group) for group in groups]), len(groups))


def test_what_an_operator_reuses_is_learnt_and_what_he_changes_is_not() -> None:
    people = People(2_000)
    ring = people.group(50, operator(people))
    learnt = profiles(people.columns(), _groups(people, ring))
    assert learnt.reuse[Link.DOMAIN][0] > 0.9
    assert learnt.reuse[Link.ADDRESS][0] < 0.05
    assert learnt.reuse[Link.LOCALE][0] < 0.3


def test_a_member_fits_and_a_stranger_does_not() -> None:
    people = People(2_000)
    ring = people.group(50, operator(people))
    learnt = profiles(people.columns(), _groups(people, ring))
    rows, first = np.array([ring[0] - 1, 7]), np.zeros(2, dtype=np.int64)
    fit = learnt.fit(rows, first).total
    assert fit[0] > 10
    assert fit[1] < 2


def test_who_shares_one_thing_by_chance_does_not_make_it_a_habit() -> None:
    people = People(2_000)
    pair = {"CARD": people.unique()}
    group = [*people.group(10, lambda _: people.somebody()), *people.group(2, lambda _: people.somebody(**pair))]
    learnt = profiles(people.columns(), _groups(people, group))
    assert learnt.reuse[Link.CARD][0] < 0.35


def test_what_was_not_shown_speaks_neither_way() -> None:
    people = People(2_000)
    ring = people.group(50, operator(people))
    bare = people.add({Link.COUNTRY: 1})
    learnt = profiles(people.columns(), _groups(people, ring))
    nats = learnt.fit(np.array([bare - 1]), np.zeros(1, dtype=np.int64)).nats
    assert nats[ASPECTS.index(Aspect.CARD), 0] == 0
    assert nats[ASPECTS.index(Aspect.DOMAIN), 0] == 0


def test_what_is_common_where_the_ring_is_says_nothing_of_who_shows_it_elsewhere() -> None:
    people = People(0)
    at_home = [people.add(people.somebody(COUNTRY=1, LOCALE=5)) for _ in range(1_000)]
    abroad = people.add(people.somebody(COUNTRY=2, LOCALE=5))
    people.group(1_000, lambda _: people.somebody(COUNTRY=2, LOCALE=6))
    group = _groups(people, at_home[:40])
    fit = profiles(people.columns(), group).fit(np.array([abroad - 1]), np.zeros(1, dtype=np.int64))
    assert fit.nats[ASPECTS.index(Aspect.LOCALE), 0] < 0.5
