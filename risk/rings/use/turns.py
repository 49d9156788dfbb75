"""Days on which the use of accounts turned, for joint turns give an operator away. Pure.

People come to a thing, leave it and come back each in their own time; an operator's accounts do it when he says so:
they wake together, rise together when a model is released, go to other hands together, and where some are stopped
others begin. A day on which everybody turns, as at a launch, is common, and says nothing.

That accounts end together says nothing either: whoever holds a group ends its use.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from risk.rings.columns import Flags, Floats, Ints, runs
from risk.rings.profiles import CHANCE, Groups
from risk.rings.use.sharing import MOST
from risk.rings.use.tallies import Common, Days, Exits, Incidence, Use

ASLEEP: Final = 10  # days without use, since the signup or between, after which an account wakes
SIDE: Final = 3  # days of use before and after, by which a rise or other hands are told
RISEN: Final = 4.0  # times as many requests
ENDED: Final = 4  # days without use until the newest, from which an account's use is taken to have ended
SURE: Final = 9.0  # how often each turn counts, as windows do (sharing.DOUBT)
STOPPED_LEAST, STOPPED = 3, 0.1  # members, and the share of them, whose use ended on a day: others may follow
NEVER: Final = -1


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of all accounts. `began` and `ended` are days by row from the first of all on, or NEVER."""

    together: Common  # days on which accounts woke, rose or went to other hands
    began: Ints
    ended: Ints

    def replaced(self, groups: Groups, used: Flags) -> Floats:
        """By group: nats by which members began on days on which others' use ended, or the day after.

        Held against how many outside began on these days, for as many of the members as it was.
        """
        width = int(max(self.began.max(initial=NEVER), self.ended.max(initial=NEVER))) + 2
        of = np.full(len(used), groups.number, dtype=np.int64)
        of[groups.rows] = groups.group
        members = np.bincount(of[used], minlength=groups.number + 1)[:-1]
        began, ended = (_by_day(of, day, groups.number, width) for day in (self.began, self.ended))
        stopped = ended[:-1] >= np.maximum(STOPPED_LEAST, STOPPED * members)[:, None]
        follows = stopped | np.roll(stopped, 1, axis=1)
        others = began.sum(axis=0) - began[:-1]
        followed = (began[:-1] * follows).sum(axis=1)
        share = np.maximum(followed - CHANCE, 1e-9) / np.maximum(began[:-1].sum(axis=1), 1)
        usual = np.maximum((others * follows).sum(axis=1), 1) / np.maximum(others.sum(axis=1), 1)
        nats: Floats = np.clip(np.log(share / usual), 0.0, MOST) * followed / np.maximum(members, 1)
        return nats


def turns(use: Use) -> Turns:
    """The turns in what accounts did."""
    began, ended = (np.full(use.accounts, NEVER) for _ in range(2))
    if not len(use.days.rows):
        return Turns(_common([(began[:0], began[:0])], use.accounts), began, ended)
    origin = int(use.days.day.min())
    days = _in_order(use.days, origin)
    rows, day = days.rows, days.day
    first = np.append(True, np.diff(rows) > 0)
    last = np.append(first[1:], True)
    before = np.where(first, np.maximum(use.since[rows] - origin, 0), np.roll(day, 1))
    begins = first & (day > 0)
    began[rows[begins]] = day[begins]
    ends = last & (day.max() - day >= ENDED)
    ended[rows[ends]] = day[ends] + 1
    kinds = (
        (rows[woken := day - before >= ASLEEP], day[woken]),
        _risen(days),
        _in_other_hands(use.exits, days, origin),
    )
    return Turns(_common(kinds, use.accounts), began, ended)


def _common(kinds: Sequence[tuple[Ints, Ints]], accounts: int) -> Common:
    """Accounts and days, by kinds of turns, which are different ones on the same day."""
    rows = np.concatenate([rows for rows, _ in kinds])
    value = np.concatenate([len(kinds) * on + kind for kind, (_, on) in enumerate(kinds)])
    return Common.of(Incidence.of(rows, value, np.full(len(rows), SURE)), accounts)


def _in_order(days: Days, origin: int) -> Days:
    order = np.lexsort((days.day, days.rows))
    return Days(days.rows[order], days.day[order] - origin, days.requests[order], days.hours[order])


def _risen(days: Days) -> tuple[Ints, Ints]:
    """Accounts that asked for far more from a day on than before, and the day on which they rose most."""
    size = np.append(0.0, np.cumsum(np.log(np.maximum(days.requests, 1))))
    place = np.arange(SIDE, len(days.rows) - SIDE + 1)
    rise = (size[place + SIDE] - 2 * size[place] + size[place - SIDE]) / SIDE
    told = (days.rows[place - SIDE] == days.rows[place + SIDE - 1]) & (rise >= np.log(RISEN))
    place, rise = place[told], rise[told]
    order = np.lexsort((rise, days.rows[place]))
    most = place[order][np.append(np.diff(days.rows[place][order]) > 0, True)] if len(order) else place
    return days.rows[most], days.day[most]


def _in_other_hands(exits: Exits, days: Days, origin: int) -> tuple[Ints, Ints]:
    """Accounts of which no network and no client was the same before and after a day, with use enough on both sides."""
    width = int(days.day.max()) + 1
    since = replace(exits, first=exits.first - origin, last=exits.last - origin)
    cuts = np.intersect1d(_cuts(since, exits.network, width), _cuts(since, exits.client, width))
    used = days.rows * width + days.day
    rows, on = np.divmod(cuts, width)
    here, least, most = np.searchsorted(used, [cuts, rows * width, (rows + 1) * width])
    told = (here - least >= SIDE) & (most - here >= SIDE)
    return rows[told], on[told]


def _cuts(exits: Exits, of: Ints, width: int) -> Ints:
    """Accounts and days, as one number, from which on an account has nothing that it had before."""
    code = np.unique(of, return_inverse=True)[1]
    found = runs(exits.rows * (int(code.max(initial=0)) + 1) + code)
    if not len(found.starts):
        return np.empty(0, dtype=np.int64)
    first = np.minimum.reduceat(exits.first[found.places], found.starts)
    last = np.maximum.reduceat(exits.last[found.places], found.starts)
    rows = exits.rows[found.places[found.starts]]
    order = np.lexsort((first, rows))
    rows, first, last = rows[order], first[order], last[order]
    until = np.maximum.accumulate(rows * width + last)
    cut = (np.diff(rows) == 0) & (rows[1:] * width + first[1:] > until[:-1])
    keys: Ints = (rows[1:] * width + first[1:])[cut]
    return keys


def _by_day(of: Ints, day: Ints, number: int, width: int) -> Ints:
    """Accounts by group and day; the last line is of those in no group."""
    seen = day != NEVER
    counted = np.bincount(of[seen] * width + day[seen], minlength=(number + 1) * width)
    return counted.reshape(number + 1, width)
