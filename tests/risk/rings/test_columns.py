"""What columns promise: values keep who shares them, and how common one is follows from where it is shown."""

import numpy as np
import pytest

from risk.rings.columns import LARGEST, SHORT, numbered, runs
from risk.rings.links import Link
from tests.risk.rings.people import People


def test_equal_values_have_equal_numbers_and_nothing_has_none() -> None:
    code, values = numbered(np.array([7, 0, -3, 7, 0], dtype=np.int64))
    assert code.tolist() == [1, -1, 0, 1, -1]
    assert values.tolist() == [-3, 7]


@pytest.mark.parametrize(
    "largest",
    [9, SHORT - 255, SHORT, SHORT + 1, LARGEST],
    ids=[
        "by digits",
        "a multiple of 256 by digits",
        "the largest by digits",
        "key and place in one number",
        "keys too large for that",
    ],
)
def test_equal_keys_stand_together_in_the_order_in_which_they_came(largest: int) -> None:
    found = runs(np.array([largest, 3, largest, 0, 3], dtype=np.int64))
    assert found.places.tolist() == [3, 1, 4, 0, 2]
    assert found.keys.tolist() == [0, 3, largest]
    assert found.count.tolist() == [1, 2, 2]
    assert found.by_place(np.array([10, 20, 30])).tolist() == [30, 20, 30, 10, 20]


def test_no_keys_are_no_runs() -> None:
    found = runs(np.empty(0, dtype=np.int64))
    assert not len(found.places)
    assert not len(found.by_place(found.count))


def test_a_value_is_as_common_as_it_is_where_people_are_at_home() -> None:
    people = People(2_000)
    here = [people.add(people.somebody(COUNTRY=9, DOMAIN=5)) for _ in range(60)]
    abroad = people.add(people.somebody(COUNTRY=1, DOMAIN=5))
    column = people.columns().of[Link.DOMAIN]
    common = column.common(np.array([here[0] - 1, abroad - 1]))
    assert common[0] > 0.5
    assert common[1] < 0.1


def test_who_is_left_out_of_the_count_does_not_make_a_value_common() -> None:
    people = People(2_000)
    ring = [people.add(people.somebody(COUNTRY=1, DOMAIN=5)) for _ in range(200)]
    column = people.columns().of[Link.DOMAIN]
    rows = np.array([ring[0] - 1])
    assert column.common(rows) > 0.2
    assert column.common(rows, without=200) < 0.001


def test_a_device_is_novel_where_common_parts_never_come_together() -> None:
    people = People(0)
    for number in range(400):
        kind = number % 4
        people.add(
            people.somebody(GRAPHICS=10 + kind, SCREEN=20 + kind, PROCESSOR=30 + kind, AGENT=40, FONTS=50 + kind)
        )
    odd = people.add(people.somebody(GRAPHICS=10, SCREEN=21, PROCESSOR=32, AGENT=40, FONTS=53))
    private = people.add(people.somebody(GRAPHICS=99, SCREEN=98, PROCESSOR=97, AGENT=96, FONTS=95))
    novel = people.columns().of[Link.NOVEL].code
    assert novel[odd - 1] > 0
    assert novel[private - 1] == -1
    assert (novel >= 0).sum() == 1


def test_a_rare_model_that_many_have_is_not_novel() -> None:
    people = People(0)
    for number in range(400):
        kind = number % 4
        people.add(people.somebody(GRAPHICS=10 + kind, SCREEN=20 + kind, PROCESSOR=30, AGENT=40, FONTS=50))
    model = [people.add(people.somebody(GRAPHICS=10, SCREEN=21, PROCESSOR=30, AGENT=40, FONTS=50)) for _ in range(20)]
    novel = people.columns().of[Link.NOVEL].code
    assert (novel[np.array(model) - 1] == -1).all()


def test_people_who_came_on_one_day_share_it() -> None:
    day = People(50).columns().of[Link.DAY]
    assert set(day.code.tolist()) == {0}
