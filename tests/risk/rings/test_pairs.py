"""What the weight of two accounts promises: rare things weigh, common ones hardly, missing ones nothing."""

import numpy as np

from risk.rings.pairs import MOST, weights
from tests.risk.rings.people import People


def _weight(people: People, one: int, other: int) -> float:
    return float(weights(people.columns(), np.array([[one - 1, other - 1]]))[0])


def test_a_value_that_nobody_else_shows_weighs_more_than_one_that_many_show() -> None:
    people = People(3_000)
    thin = ("PROVIDER", "DOMAIN", "SHAPE", "TEMPLATE", "CARRIER", "BIN", "CARD_KIND", "LOCALE", "CLOCK", "FORM")
    base = {"COUNTRY": 1, "PLACE": 1} | dict.fromkeys(thin, 0)
    rare = [people.add(people.somebody(**base, CARD=5)) for _ in range(2)]
    for _ in range(300):
        people.add(people.somebody(**base, CARD=6))
    common = [people.add(people.somebody(**base, CARD=6)) for _ in range(2)]
    assert _weight(people, *rare) > _weight(people, *common) + 2


def test_two_who_showed_nothing_weigh_nothing() -> None:
    people = People(200)
    bare = [people.add({}) for _ in range(2)]
    assert _weight(people, *bare) == 0


def test_links_of_one_aspect_count_once() -> None:
    people = People(3_000)
    device = {"PRINT": 5, "CANVAS": 5, "HARDWARE": 5, "FONTS": 5, "VISITOR": 5, "DEVICE": 5}
    pair = [people.add({**people.somebody(**device)}) for _ in range(2)]
    assert _weight(people, *pair) < 2 * MOST
