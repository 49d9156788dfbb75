"""What a census promises: newcomers and those near them stand among all accounts as if all had been read anew."""

from dataclasses import replace

import numpy as np

from risk.rings.census import among, counted_in, near, take
from risk.rings.columns import Columns, Traces
from risk.rings.links import Link
from risk.rings.looking import look
from tests.risk.rings.people import People, operator


def _split(people: People, number: int) -> tuple[Traces, Traces]:
    """The last so many to come, and all before them."""
    traces = people.traces()
    return traces.some(np.arange(len(traces) - number)), traces.some(np.arange(len(traces) - number, len(traces)))


def _among(people: People, number: int, rows: list[int] | None = None) -> Columns:
    before, new = _split(people, number)
    census = take(before.columns(), before.tells)
    newcomers = counted_in(census, new)
    return among(census, newcomers, near(census, newcomers) if rows is None else np.array(rows, dtype=np.int64))


def test_every_value_is_as_common_as_among_all() -> None:
    people = People(1_500)
    people.group(30, operator(people), tells=["network_vpn"])
    whole, some = people.columns(), _among(people, 60)
    rows = some.subjects - 1
    assert 60 <= len(some) < len(whole)
    assert some.population == len(whole)
    for link in set(Link) & set(whole.of):
        ours, theirs = some.of[link], whole.of[link]
        assert ours.common(np.arange(len(some))).tolist() == theirs.common(rows).tolist(), link.name
        shows = ours.code >= 0
        assert (shows == (theirs.code[rows] >= 0)).all()
        assert (ours.values[ours.code[shows]] == theirs.values[theirs.code[rows][shows]]).all()
        assert (ours.shown[shows] == theirs.shown[rows][shows]).all()


def test_days_and_kinds_of_network_are_counted_too() -> None:
    people = People(600)
    people.group(30, lambda _: people.somebody(), tells=["network_vpn", "automation_webdriver"])
    people.group(10, lambda _: people.somebody(), tells=["network_hosting"])
    traces = replace(people.traces(), at=3_600 * np.arange(640, dtype=np.float64))
    before, new = traces.some(np.arange(600)), traces.some(np.arange(600, 640))
    census = take(before.columns(), before.tells)
    some = among(census, counted_in(census, new), np.arange(0, 600, 20))
    whole, rows = traces.columns(), some.subjects - 1
    for link in (Link.DAY, Link.SERVED, Link.TELL):
        ours, theirs = some.of[link], whole.of[link]
        assert (ours.code >= 0).any()
        assert ours.common(np.arange(len(some))).tolist() == theirs.common(rows).tolist(), link.name
        shows = ours.code >= 0
        assert (ours.values[ours.code[shows]] == theirs.values[theirs.code[rows][shows]]).all()


def test_at_home_a_value_is_as_common_as_among_all() -> None:
    people = People(1_500)
    whole, some = people.columns(), _among(people, 60)
    rows = some.subjects - 1
    for link in (Link.HARDWARE, Link.PROVIDER, Link.CANVAS):
        ours, theirs = some.of[link].at_home, whole.of[link].at_home
        assert ours is not None
        assert theirs is not None
        assert ours.tolist() == theirs[rows].tolist()


def test_who_shares_something_rare_with_a_newcomer_in_two_aspects_is_near() -> None:
    people = People(2_000)
    friend = people.add(people.somebody(CARD=5, DOMAIN=6))
    acquaintance = people.add(people.somebody(CARD=5))
    people.add(people.somebody(CARD=5, DOMAIN=6))
    subjects = _among(people, 1).subjects.tolist()
    assert friend in subjects
    assert acquaintance not in subjects


def test_a_device_of_parts_that_never_come_together_is_novel_where_a_newcomer_shows_it() -> None:
    people = People(0)
    for number in range(400):
        kind = number % 4
        people.add(
            people.somebody(GRAPHICS=10 + kind, SCREEN=20 + kind, PROCESSOR=30 + kind, AGENT=40, FONTS=50 + kind)
        )
    odd = people.add(people.somebody(GRAPHICS=10, SCREEN=21, PROCESSOR=32, AGENT=40, FONTS=53))
    usual = people.add(people.somebody(GRAPHICS=11, SCREEN=21, PROCESSOR=31, AGENT=40, FONTS=51))
    some = _among(people, 2, rows=[])
    novel = dict(zip(some.subjects.tolist(), some.of[Link.NOVEL].code.tolist(), strict=True))
    assert novel[odd] >= 0
    assert novel[usual] == -1


def test_what_a_look_at_all_finds_among_newcomers_a_look_around_them_finds_too() -> None:
    people = People(3_000)
    make = operator(people)
    people.group(4, make)
    for _ in range(40):
        people.add(people.somebody())
    ring = set(people.group(40, make))
    some = _among(people, 80)
    looked = look(some)
    groups = looked.found.groups
    assert looked.told.sum() == 1
    members = set(some.subjects[groups.rows[looked.told[groups.group]]].tolist())
    assert len(members & ring) >= 38
    assert len(members - ring) <= 5


def test_nobody_new_is_nobody_to_look_at() -> None:
    assert len(_among(People(50), 0)) == 0
