"""What a group's accounts have in common in use, beyond what others do: exits and templates. Pure.

An account that shows a value which others of its group show counts the logarithm of how much oftener these show it
than people outside do, once for each of its windows. What is its own, and what it shows at home, counts nothing.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.rings.columns import Flags, Floats, Ints, counted, runs, showing
from risk.rings.profiles import CHANCE, Groups
from risk.rings.use.tallies import Incidence, totals

MOST: Final = 6.0  # nats of a value, as of an aspect of signups
DOUBT: Final = 3.0  # windows of nothing in common that each account starts with: who called once has said little


@dataclass(frozen=True, slots=True)
class Near:
    """Accounts and groups that have something in common: mean nats of all that the account shows."""

    rows: Ints
    group: Ints
    nats: Floats


def in_common(shown: Incidence, groups: Groups, used: Flags) -> Floats:
    """By member, in the order of the groups' rows: what it has in common with the others; 0 for who shows nothing."""
    of, people = _of(groups, len(used)), int(used.sum())
    members = np.bincount(of[used & (of >= 0)], minlength=groups.number)
    inside = np.flatnonzero(of[shown.rows] >= 0)
    rows, value = shown.rows[inside], shown.value[inside]
    group = of[rows]
    count = counted(group * max(shown.values, 1) + value)
    nats = _lift(count - 1 - CHANCE, members[group] - 1, shown.shown[value] - count, people - members[group])
    total = np.bincount(rows, nats * shown.times[inside], minlength=len(used))
    return (total / (shown.total(len(used)) + DOUBT))[groups.rows]


def nearness(shown: Incidence, groups: Groups, used: Flags) -> Near:
    """What accounts have in common with groups, their own or others.

    Only what says something of a group is looked up, so that the work grows with what accounts show.
    """
    of, people = _of(groups, len(used)), int(used.sum())
    members = np.bincount(of[used & (of >= 0)], minlength=groups.number)
    width = max(groups.number, 1)
    inside = of[shown.rows] >= 0
    held = runs(shown.value[inside] * width + of[shown.rows[inside]])
    value, group, count = held.keys // width, held.keys % width, held.count
    telling = _lift(count - CHANCE, members[group], shown.shown[value] - count, people - members[group]) > 0
    value, group, count = value[telling], group[telling], count[telling]
    starts = np.searchsorted(value, np.arange(shown.values + 1))
    pairs = np.flatnonzero(starts[shown.value + 1] > starts[shown.value])
    each, number = showing(np.arange(len(value)), starts, shown.value[pairs])
    pairs = np.repeat(pairs, number)
    rows, its = shown.rows[pairs], group[each]
    mine = of[rows] == its
    nats = _lift(
        count[each] - mine - CHANCE,
        members[its] - mine,
        shown.shown[value[each]] - count[each] - ~mine,
        people - members[its] - ~mine,
    )
    keys, total = totals(rows * width + its, nats * shown.times[pairs])
    rows, its = keys // width, keys % width
    return Near(rows, its, total / (shown.total(len(used))[rows] + DOUBT))


def _lift(others: NDArray[np.floating], members: Ints, outside: Ints, people: Ints | int) -> Floats:
    share = np.maximum(others, 1e-9) / np.maximum(members, 1)
    elsewhere = (np.maximum(outside, 0) + 0.5) / np.maximum(people, 1)
    nats: Floats = np.clip(np.log(share / elsewhere), 0.0, MOST)
    return nats


def _of(groups: Groups, accounts: int) -> Ints:
    of = np.full(accounts, -1, dtype=np.int64)
    of[groups.rows] = groups.group
    return of
