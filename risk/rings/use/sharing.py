"""What a group's accounts have in common in use, beyond what others do: exits and templates. Pure.

An account that shows a value which others of its group show counts the logarithm of how much oftener these show it
than people outside do, once for each of its windows. What is its own, and what it shows at home, counts nothing.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.rings.columns import Flags, Floats, Ints, runs, showing
from risk.rings.profiles import CHANCE, Groups
from risk.rings.use.tallies import Common, totals

MOST: Final = 6.0  # nats of a value, as of an aspect of signups
LED_TO: Final = 16  # groups that one value leads to, those that show it most: pieces of one show the same
UNSEEN, UNSEEN_LEAST = 0.5, 0.01  # accounts outside that show what was seen of none, at the most and the least
DOUBT: Final = 3.0  # windows of nothing in common that each account starts with: who called once has said little


@dataclass(frozen=True, slots=True)
class Near:
    """Accounts and groups that have something in common: mean nats of all that the account shows."""

    rows: Ints
    group: Ints
    nats: Floats


@dataclass(frozen=True, slots=True)
class _Held:
    """Values that members of groups show, a line for each value and group, in the order of values."""

    shown: Common
    value: Ints
    group: Ints
    count: Ints  # members who show it
    alone: Ints  # by group: values that one member shows and nobody else
    number: int  # of groups

    @property
    def elsewhere(self) -> Ints:
        """Accounts outside the group that show the value."""
        return self.shown.shown[self.value] - self.count

    @property
    def unseen(self) -> Floats:
        """By group: how many outside are to be expected to show what one account shows, where none was seen to.

        Of values that one account outside shows, as many more are to come as twice those that two show, by those that
        one does (I. Good, Biometrika 40, 1953): few, where people call from places of their own. So a group that is
        half of all accounts has still much in common by what nobody else shows.
        """
        total, elsewhere = self.shown.shown, self.elsewhere

        def moved(lines: Flags) -> Ints:
            return np.bincount(self.group[lines], minlength=self.number)

        one = self.shown.alone.sum() - self.alone + moved(elsewhere == 1)
        two = np.count_nonzero(total == 2) - moved(total[self.value] == 2) + moved(elsewhere == 2)
        unseen: Floats = np.clip((2 * two + 1) / (one + 2), UNSEEN_LEAST, UNSEEN)
        return unseen

    def some(self, places: Flags | Ints) -> "_Held":
        """Some of the lines."""
        return replace(self, value=self.value[places], group=self.group[places], count=self.count[places])


def in_common(shown: Common, groups: Groups, used: Flags) -> Floats:
    """By member, in the order of the groups' rows: what it has in common with the others; 0 for who shows nothing."""
    of, people = _of(groups, len(used)), int(used.sum())
    members = np.bincount(of[used & (of >= 0)], minlength=groups.number)
    inside = np.flatnonzero(of[shown.rows] >= 0)
    rows = shown.rows[inside]
    held, line = _held(shown, of, groups.number)
    group, count = held.group[line], held.count[line]
    outside = held.elsewhere[line] + held.unseen[group]
    nats = _lift(count - 1 - CHANCE, members[group] - 1, outside / np.maximum(people - members[group], 1))
    total = np.bincount(rows, nats * shown.times[inside], minlength=len(used))
    return (total / (shown.total + DOUBT))[groups.rows]


def nearness(shown: Common, groups: Groups, used: Flags) -> Near:
    """What accounts have in common with groups, their own or others.

    Only what says something of a group is looked up, and of the groups that show a value those that show it most, so
    that the work grows with what accounts show.
    """
    of, people = _of(groups, len(used)), int(used.sum())
    members = np.bincount(of[used & (of >= 0)], minlength=groups.number)
    width = max(groups.number, 1)
    held, _ = _held(shown, of, groups.number)
    unseen = held.unseen
    outside = held.elsewhere + unseen[held.group]
    beside = np.maximum(people - members[held.group], 1)
    held = held.some(_lift(held.count - CHANCE, members[held.group], outside / beside) > 0)
    held = held.some(_most(held))
    starts = np.searchsorted(held.value, np.arange(shown.values + 1))
    pairs = np.flatnonzero(starts[shown.value + 1] > starts[shown.value])
    each, number = showing(np.arange(len(held.value)), starts, shown.value[pairs])
    pairs = np.repeat(pairs, number)
    rows, its, count = shown.rows[pairs], held.group[each], held.count[each]
    mine = of[rows] == its
    outside = np.maximum(held.elsewhere[each] - ~mine, 0) + unseen[its]
    nats = _lift(count - mine - CHANCE, members[its] - mine, outside / np.maximum(people - members[its] - ~mine, 1))
    keys, total = totals(rows * width + its, nats * shown.times[pairs])
    rows, its = keys // width, keys % width
    return Near(rows, its, total / (shown.total[rows] + DOUBT))


def _held(shown: Common, of: Ints, number: int) -> tuple[_Held, Ints]:
    """What members show, and for each of their pairs in the order of what is shown its line of that."""
    width = max(number, 1)
    inside = of[shown.rows] >= 0
    found = runs(shown.value[inside] * width + of[shown.rows[inside]])
    members = of >= 0
    alone = np.bincount(of[members], shown.alone[members], minlength=number).astype(np.int64)
    held = _Held(shown, found.keys // width, found.keys % width, found.count, alone, number)
    return held, found.by_place(np.arange(len(found.keys)))


def _most(held: _Held) -> Ints:
    """Lines of the groups that show each value most."""
    order = np.lexsort((-held.count, held.value))
    rank = np.arange(len(order)) - np.searchsorted(held.value, held.value[order])
    places: Ints = np.sort(order[rank < LED_TO])
    return places


def _lift(others: NDArray[np.floating], members: Ints, elsewhere: Floats) -> Floats:
    nats: Floats = np.clip(np.log(np.maximum(others, 1e-9) / np.maximum(members, 1) / elsewhere), 0.0, MOST)
    return nats


def _of(groups: Groups, accounts: int) -> Ints:
    of = np.full(accounts, -1, dtype=np.int64)
    of[groups.rows] = groups.group
    return of
