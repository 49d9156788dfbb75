"""What a look promises: surely a ring or told at all are two lines, and an analyst's word is above both."""

from dataclasses import replace

import numpy as np
import pytest

from risk.rings.judging import judge
from risk.rings.looking import KNOWN, SUSPECTED, by_signups, guessed, look, nothing, swept
from risk.rings.use.judging import SIZED
from tests.risk.rings.people import People, operator
from tests.risk.rings.use.worked import worked_together


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
    groups, (theirs,) = looked.found.groups, np.flatnonzero(looked.origin.certain)
    assert looked.origin.certain.tolist() == looked.told.tolist() == looked.known.tolist()
    assert looked.judged.score[theirs] < SUSPECTED
    assert looked.judged.score.max() < 0.1  # nor is any group of strangers near to being told
    assert {3, 500, 900} <= set(accounts.subjects[groups.rows[groups.group == theirs]].tolist())


def test_the_sweep_is_the_second_half_of_a_look() -> None:
    people = People(2_000)
    people.group(40, operator(people))
    accounts = people.columns()
    assert swept(guessed(accounts)).judged.score.tolist() == look(accounts).judged.score.tolist()


@pytest.mark.parametrize("one_of", [2, 10])
def test_what_only_use_gives_away_takes_in_nobody_by_what_signups_show(one_of: int) -> None:
    accounts = People(3_000).columns()
    theirs = np.arange(len(accounts)) % one_of == 0
    looked = look(accounts, replace(nothing(accounts), use=worked_together(theirs)))
    groups = looked.found.groups
    held = groups.rows[looked.known[groups.group]]
    assert looked.did is not None
    assert (looked.did.without[looked.known] < KNOWN).all()
    assert theirs[held].all()
    assert len(held) >= 0.9 * theirs.sum()


def test_a_large_pool_of_strangers_has_as_much_in_common_as_as_many_by_lot() -> None:
    accounts = People(3_000).columns()
    theirs = np.random.default_rng(5).random(len(accounts)) < 0.4
    looked = look(accounts, replace(nothing(accounts), use=worked_together(theirs)))
    pool = int(np.argmax(looked.found.groups.size))
    in_common = float(judge(looked.found).nats[:, pool].sum())
    assert looked.origin.pooled[pool]
    assert in_common > 3
    assert abs(looked.judged.nats[:, pool].sum()) < 0.2 * in_common


def test_a_large_part_of_all_sweeps_in_nobody_though_its_signups_show_one_operator() -> None:
    people = People(1_500)
    people.group(300, operator(people))
    accounts = people.columns()
    theirs = np.arange(len(accounts)) >= 1_500
    looked = guessed(accounts, replace(nothing(accounts), use=worked_together(theirs)))
    pool = int(np.argmax(looked.found.groups.size))
    assert looked.did is not None
    assert looked.origin.pooled[pool]
    assert looked.did.without[pool] >= KNOWN
    assert swept(looked).found.groups.size[pool] == looked.found.groups.size[pool]


def test_what_use_brought_together_is_no_ring_by_its_signups_for_being_large() -> None:
    size, score = np.array([SIZED, 100 * SIZED, 100 * SIZED]), np.full(3, 0.98)
    small, large, found_by_signups = by_signups(score, size, pooled=np.array([True, True, False]))
    assert small == found_by_signups == 0.98
    assert large < SUSPECTED
