"""Who changes one thing at a time is shown; crowds, families and who proved something are not."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from risk.probing import MOST, TRIED, Run, runs
from risk.rings.columns import Traces
from risk.rings.links import STORED, Link
from risk.rings.tells import WORDS

Row = Mapping[Link, int]
BASE: Row = {
    Link.DEVICE: 7,
    Link.NETWORK: 70,
    Link.AGENT: 1,
    Link.CANVAS: 1,
    Link.HARDWARE: 1,
    Link.FONTS: 1,
    Link.LOCALE: 1,
}
CHANGED = (Link.AGENT, Link.LOCALE, Link.FONTS, Link.CANVAS, Link.CARRIER, Link.CARD_KIND)


def traces(rows: Sequence[Row]) -> Traces:
    """These came one after the other; their subjects are 1, 2, 3 and so on."""
    links = np.zeros((len(rows), STORED), dtype=np.int64)
    for number, row in enumerate(rows):
        for link, value in row.items():
            links[number, link] = value
    subjects = np.arange(1, len(rows) + 1, dtype=np.int64)
    return Traces(subjects, subjects.astype(float), links, np.zeros((len(rows), WORDS), dtype=np.int64))


def found(rows: Sequence[Row], *, proven: Sequence[int] = ()) -> list[Run]:
    came = traces(rows)
    return runs(came, unproven=~np.isin(came.subjects, proven))


def steps(number: int, **base: int) -> list[Row]:
    """What worked, and then one change of it after the other."""
    first = {**BASE, **{Link[name]: value for name, value in base.items()}}
    return [first, *({**first, CHANGED[each % len(CHANGED)]: 100 + each} for each in range(number))]


def test_one_change_at_a_time_is_shown_with_what_was_tried() -> None:
    (run,) = found(steps(TRIED))
    assert (run.source, run.subjects, run.since, run.last) == (Link.DEVICE, (1, 2, 3, 4, 5, 6), 1.0, 6.0)
    assert sum(run.tried.values()) == TRIED
    assert run.tried["browser"] == 1
    assert found(steps(TRIED - 1)) == []


def test_changes_that_build_on_each_other_are_a_run_too() -> None:
    row, rows = dict(BASE), [BASE]
    for number, link in enumerate(CHANGED):
        row = {**row, link: 50 + number}
        rows.append(row)
    assert len(found(rows)) == 1


def test_values_of_one_thing_tried_in_turn_are_a_run() -> None:
    (run,) = found([{**BASE, Link.LOCALE: number} for number in range(1, TRIED + 2)])
    assert dict(run.tried) == {"languages and time zone": TRIED}


@pytest.mark.parametrize("other", [Link.DEVICE, Link.NETWORK])
def test_either_device_or_network_may_be_another_each_time(other: Link) -> None:
    rows = [{**row, other: 1_000 + number} for number, row in enumerate(steps(TRIED))]
    if other is Link.NETWORK:  # the network itself is one of the things that change then
        rows = [{**BASE, Link.NETWORK: 1_000 + number} for number in range(TRIED + 1)]
    (run,) = found(rows)
    assert run.source is (Link.NETWORK if other is Link.DEVICE else Link.DEVICE)


def test_a_class_at_computers_that_are_alike_is_none() -> None:
    assert found([BASE] * 40) == []


def test_people_who_differ_in_several_things_are_none() -> None:
    assert found([{**BASE, Link.AGENT: number, Link.FONTS: number} for number in range(1, 30)]) == []


def test_a_crowd_in_which_most_are_like_somebody_before_is_none() -> None:
    crowd = [{**BASE, Link.DEVICE: 100 + number, Link.AGENT: number % 6 + 1} for number in range(40)]
    assert found(crowd) == []


def test_a_small_part_of_what_comes_from_a_network_is_none() -> None:
    neighbours = [{**BASE, Link.DEVICE: 0, Link.AGENT: 500 + n, Link.HARDWARE: 500 + n} for n in range(8)]
    own = [{**row, Link.DEVICE: 0} for row in steps(TRIED)]
    assert found([*own, *neighbours]) == []
    assert len(found([*own, *neighbours[:5]])) == 1


def test_who_proved_something_tries_nothing_out() -> None:
    assert found(steps(TRIED), proven=[3]) == []


def test_who_shows_next_to_nothing_is_like_nobody() -> None:
    bare = {Link.DEVICE: 7, Link.NETWORK: 70}
    assert found([{**bare, Link.AGENT: number} for number in range(1, 20)]) == []


def test_of_a_source_that_many_come_from_the_newest_are_compared() -> None:
    others = [{Link.DEVICE: 7, Link.NETWORK: 70}] * (2 * MOST)
    assert found([*steps(TRIED), *others]) == []
    assert len(found([*others[:5], *steps(TRIED)])) == 1
