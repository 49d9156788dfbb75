"""What detection promises: operators' accounts are found together, and honest people are left where they are."""

from collections import Counter
from functools import partial

import numpy as np

from risk.rings.detection import SWEPT_FOR_CERTAIN, Found, find, held, packed, sweep, with_profiles
from risk.rings.judging import judge
from risk.rings.links import Link
from risk.rings.profiles import Groups
from tests.risk.rings.people import People, Row, operator


def _rings(found: Found) -> list[set[int]]:
    score = judge(found).score
    groups, subjects = found.groups, found.profiles.accounts.subjects
    return [
        set(subjects[groups.rows[groups.group == number]].tolist())
        for number in range(groups.number)
        if score[number] >= 0.5
    ]


def _at(people: People, home: dict[str, int], _: int) -> Row:
    return people.somebody(**home)


def test_an_operator_who_changes_networks_and_devices_is_found_by_the_rest() -> None:
    people = People(5_000)
    ring = set(people.group(60, operator(people)))
    rings = _rings(find(people.columns()))
    assert len(rings) == 1
    assert len(rings[0] & ring) >= 57
    assert len(rings[0] - ring) <= 1


def test_two_operators_are_two_rings() -> None:
    people = People(5_000)
    first, second = (set(people.group(40, operator(people))) for _ in range(2))
    rings = _rings(find(people.columns()))
    assert sorted(Counter("first" if ring & first else "second" for ring in rings).values()) == [1, 1]
    assert not [ring for ring in rings if ring & first and ring & second]


def test_two_things_that_come_with_accounts_bring_them_together_and_a_place_alone_does_not() -> None:
    people = People(3_000)
    own, place = ("DOMAIN", "SHAPE", "BIN"), ("ADDRESS", "NETWORK", "CLOCK", "HOUR")
    shared, seen_from = ({name: people.unique() for name in names} | {"COUNTRY": 1} for names in (own, place))
    ring = set(people.group(40, lambda _: people.somebody(**shared)))
    behind_it = set(people.group(40, lambda _: people.somebody(**seen_from)))
    found = find(people.columns())
    groups, subjects = found.groups, found.profiles.accounts.subjects
    together = [set(subjects[groups.rows[groups.group == number]].tolist()) for number in range(groups.number)]
    assert max(len(group & ring) for group in together) >= 36
    assert max(len(group & behind_it) for group in together) < 20


def test_a_class_behind_one_address_is_no_ring() -> None:
    people = People(5_000)
    hall = {"ADDRESS": people.unique(), "NETWORK": people.unique(), "COUNTRY": 1, "PLACE": 1}
    people.group(80, lambda _: people.somebody(**hall))
    assert not _rings(find(people.columns()))


def test_a_company_with_one_image_one_domain_and_one_card_is_no_ring() -> None:
    people = People(5_000)
    names = ("ADDRESS", "NETWORK", "DOMAIN", "SHAPE", "CARD", "BIN", "HARDWARE", "CANVAS", "PRINT", "FONTS")
    office = {name: people.unique() for name in names} | {"COUNTRY": 1, "PLACE": 1}
    phones = dict.fromkeys(("PHONE", "PHONE_10", "PHONE_100", "PHONE_1000", "PHONE_10000"), 0)
    people.group(60, lambda _: people.somebody(**office, **phones))
    assert not _rings(find(people.columns()))


def test_families_are_no_rings() -> None:
    people = People(4_000)
    for _ in range(200):
        home = {"ADDRESS": people.unique(), "NETWORK": people.unique(), "CARD": people.unique(), "COUNTRY": 1}
        people.group(4, partial(_at, people, home))
    assert not _rings(find(people.columns()))


def test_the_order_in_which_accounts_are_read_changes_nothing() -> None:
    people = People(3_000)
    people.group(40, operator(people))
    once, again = _rings(find(people.columns())), _rings(find(people.columns()))
    assert once == again


def test_a_known_ring_takes_in_who_was_missed() -> None:
    people = People(5_000)
    make = operator(people)
    ring = set(people.group(60, make))
    bare = dict.fromkeys(("PHONE_10", "PHONE_100", "PHONE_1000", "PHONE_10000", "BIN", "CARD_KIND", "CARRIER"), 0)
    shy = people.add(make(0) | people.somebody(**bare) | {key: make(0)[key] for key in make(0) if key.name == "DOMAIN"})
    found = find(people.columns())
    known = judge(found).score >= 0.9
    assert known.sum() == 1
    swept = sweep(found, known)
    members = set(swept.profiles.accounts.subjects[swept.groups.rows].tolist())
    assert len(members & ring) >= 57
    assert shy not in members or len(members - ring) <= 2


def test_a_known_ring_takes_in_nobody_for_where_and_when_he_comes() -> None:
    people = People(3_000)
    seen_from = {name: people.unique() for name in ("ADDRESS", "NETWORK", "CLOCK", "HOUR")}
    people.group(40, operator(people, **seen_from))
    strangers = set(people.group(5, lambda _: people.somebody(COUNTRY=1, **seen_from)))
    found = find(people.columns())
    swept = sweep(found, judge(found).score >= 0.9)
    assert len(swept.groups.rows) >= 38
    assert not strangers & set(swept.profiles.accounts.subjects[swept.groups.rows].tolist())


def test_nobody_is_found_among_nobody() -> None:
    found = find(People(0).columns())
    assert found.groups.number == 0
    assert not len(judge(found).score)
    assert sweep(found, np.zeros(0, dtype=bool)).groups.number == 0


def test_accounts_that_an_analyst_is_certain_of_are_one_group_and_teach_what_else_is() -> None:
    people = People(5_000)
    ring = people.group(60, operator(people))
    accounts = people.columns()
    certain = np.where(np.isin(accounts.subjects, ring[:10]), 0, -1)
    found = held(find(accounts), certain)
    known = np.arange(found.groups.number) == found.groups.number - 1
    swept = sweep(found, known, SWEPT_FOR_CERTAIN)
    members = set(accounts.subjects[swept.groups.rows[known[swept.groups.group]]].tolist())
    assert set(ring[:10]) <= members
    assert len(members & set(ring)) >= 57
    assert len(members - set(ring)) <= 1


def test_nothing_changes_where_nobody_is_certain_of_anything() -> None:
    people = People(2_000)
    people.group(40, operator(people))
    found = find(people.columns())
    assert held(found, np.full(len(people.rows), -1)) is found


def test_an_operator_between_several_guesses_that_each_lose_most_is_not_lost() -> None:
    people = People(2_000)
    make, cards = operator(people), [people.unique() for _ in range(5)]
    ring = people.group(60, lambda number: make(number) | {Link.CARD: cards[number // 12]})
    accounts = people.columns()
    parts = np.flatnonzero(np.isin(accounts.subjects, ring)).reshape(5, 12)
    guesses = []
    for whole in range(5):  # each part has a guess that it fits best, of which it is a third
        others = [part[:6] for number, part in enumerate(parts) if number != whole]
        rows = np.concatenate([parts[whole], *others])
        guesses.append(Groups(rows, np.zeros(len(rows), dtype=np.int64), 1))
    groups = packed(accounts, guesses)
    assert groups.number >= 1
    assert len(np.unique(groups.rows)) == len(groups.rows) >= 36


def test_two_guesses_of_the_same_are_one() -> None:
    people = People(2_000)
    ring = people.group(60, operator(people))
    accounts = people.columns()
    rows = np.flatnonzero(np.isin(accounts.subjects, ring))
    groups = packed(accounts, [Groups(rows, np.zeros(60, dtype=np.int64), 1)] * 3)
    assert (groups.number, len(groups.rows)) == (1, 60)


def test_of_who_has_half_of_all_accounts_a_group_is_not_for_being_half_theirs() -> None:
    accounts = People(1_000).columns()
    certain = np.where(np.arange(1_000) % 2 == 0, 0, -1)
    group = with_profiles(accounts, Groups(np.arange(101), np.zeros(101, dtype=np.int64), 1))
    mixed = held(group, certain).groups
    assert (certain[mixed.rows[mixed.group == 1]] == 0).all()
    theirs = np.flatnonzero(certain == 0)[:100]
    group = with_profiles(accounts, Groups(np.append(theirs, 1), np.zeros(101, dtype=np.int64), 1))
    whole = held(group, certain).groups
    assert 1 in whole.rows[whole.group == 1].tolist()
