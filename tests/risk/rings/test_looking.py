"""What a look promises: surely a ring or told at all are two lines, and an analyst's word is above both."""

from dataclasses import replace

import numpy as np

from risk.rings.looking import KNOWN, SUSPECTED, guessed, look, nothing, swept
from tests.risk.rings.people import People, operator


def test_a_ring_is_told_and_known_and_an_empty_group_is_not() -> None:
    people = People(3_000)
    ring = people.group(60, operator(people))
    looked = look(people.columns())
    groups = looked.found.groups
    told = set(people.columns().subjects[groups.rows[looked.told[groups.group]]].tolist())
    assert len(told & set(ring)) >= 57
    assert looked.known.sum() == looked.told.sum() == 1
    assert not looked.told[groups.size == 0].any()
    assert SUSPECTED < KNOWN


def test_who_is_certainly_one_operators_is_told_whatever_the_links_say() -> None:
    people = People(1_000)
    accounts = people.columns()
    certain = np.where(np.isin(accounts.subjects, [3, 500, 900]), 0, -1)
    looked = look(accounts, replace(nothing(accounts), certain=certain))
    assert looked.certain.tolist() == looked.told.tolist() == looked.known.tolist() == [True]
    assert looked.judged.score[0] < SUSPECTED
    assert {3, 500, 900} <= set(accounts.subjects[looked.found.groups.rows].tolist())


def test_the_sweep_is_the_second_half_of_a_look() -> None:
    people = People(2_000)
    people.group(40, operator(people))
    accounts = people.columns()
    assert swept(guessed(accounts)).judged.score.tolist() == look(accounts).judged.score.tolist()
