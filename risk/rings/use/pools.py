"""Pools of accounts whose use could be one operator's: who asks the same, who calls from the same exits.

As with signups, each account is tied to the next ones that show the same rare thing, the ties fall into communities,
and each account goes to the pool that it has most in common with. What becomes of a pool is for the judging.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import igraph
import numpy as np

from risk.rings.columns import THREADS, Flags, Floats, Ints, distinct
from risk.rings.communities import communities
from risk.rings.profiles import Groups
from risk.rings.use.sharing import nearness
from risk.rings.use.tallies import Common, totals

NEIGHBOURS: Final = 3
MIXED: Final = 2_654_435_761  # accounts times this, in 32 bits, stand in no order that means anything (Knuth, TAOCP 3)
GROWN: Final = 12_000  # used accounts up to which communities are as fine; among more, as much finer (guessing.GROWN)
TIED: Final = 6.0  # nats of what two have in common, from which they are tied
RESOLUTIONS: Final = (0.3, 1.0, 4.0)
WHOLE: Final = (0.1, 0.3)  # as fine, however many there are: for a pool that is a large part of all
# Nats, of templates and exits together, from which an account is of its pool, in turns. A part of a large pool has less
# in common than the whole, for the other parts do the same: so it may grow before it has to hold.
LEAST: Final = (0.5, 1.0, 2.0, 2.0)
PART: Final = 0.5  # of what its middle account has in common, each account of a pool has at least
EACH, TELLING = 0.5, 1.0  # and of what it has in each thing of which that is as many nats
UNITE: Final = 0.6  # of what accounts have in common with their own pool, they have with another: both are one


def guesses(shown: Sequence[Common], used: Flags) -> Iterator[Groups]:
    """Partitions into pools, by each kind of thing alone and by all together.

    In the order of signups a large pool is a chain, which falls into as many parts as it is long, and each part makes
    what it does look common to the others. So two more partitions are by ties in no order as well, and the coarsest.
    """
    people = int(used.sum())
    times = max(people / GROWN, 1.0)
    ties = [_ties(each, people, each.rows) for each in shown]
    in_no_order = [_ties(each, people, mixed(each.rows)) for each in shown]
    added = [totals(pairs, nats) for pairs, nats in [*ties, _together(ties)]]
    whole = totals(*_together([*ties, *in_no_order]))
    cuts = [(*each, resolution * times) for each in added for resolution in RESOLUTIONS]
    cuts += [(*whole, resolution) for resolution in WHOLE]
    with ThreadPoolExecutor(THREADS) as threads:
        yield from threads.map(lambda cut: _cut(*cut), cuts)


def mixed(rows: Ints) -> Ints:
    """Numbers by which accounts stand in no order that means anything, the same ones each time."""
    return rows * MIXED & 0xFFFFFFFF


def _together(ties: Sequence[tuple[Ints, Floats]]) -> tuple[Ints, Floats]:
    return np.concatenate([pairs for pairs, _ in ties]), np.concatenate([nats for _, nats in ties])


def _ties(shown: Common, people: int, order: Ints) -> tuple[Ints, Floats]:
    """Accounts that show the same and stand next to each other in an order, as one number for two; what that says."""
    by = np.lexsort((order, shown.value))
    rows, value = shown.rows[by], shown.value[by]
    return _together(list(_beside(rows, value, np.log(people / shown.shown))))


def _beside(rows: Ints, value: Ints, nats: Floats) -> Iterator[tuple[Ints, Floats]]:
    for step in range(1, NEIGHBOURS + 1):
        same = value[:-step] == value[step:]
        one, other = rows[:-step][same], rows[step:][same]
        yield np.minimum(one, other) << 32 | np.maximum(one, other), nats[value[:-step][same]]


def _cut(pairs: Ints, nats: Floats, resolution: float) -> Groups:
    tied = nats >= TIED
    ends = np.stack([pairs[tied] >> 32, pairs[tied] & 0xFFFFFFFF], axis=1)
    return communities(ends, nats[tied], resolution)


@dataclass(frozen=True, slots=True)
class _Near:
    """Pairs of account and pool, and what they have in common: things by pairs."""

    rows: Ints
    group: Ints
    nats: Floats

    @property
    def total(self) -> Floats:
        """Of all things together."""
        total: Floats = self.nats.sum(axis=0)
        return total


def settled(shown: Sequence[Common], groups: Groups, used: Flags) -> Groups:
    """Each account goes to the pool that it has most in common with, if it has enough; and pools that are one unite."""
    for least in LEAST:
        near = _near(shown, groups, used)
        groups = _united(_chosen(near, least), near)
    return groups


def _near(shown: Sequence[Common], groups: Groups, used: Flags) -> _Near:
    parts = [nearness(each, groups, used) for each in shown]
    width = max(groups.number, 1)
    keys = distinct(np.concatenate([part.rows * width + part.group for part in parts]))
    nats = np.zeros((len(parts), len(keys)))
    for line, part in enumerate(parts):
        nats[line, np.searchsorted(keys, part.rows * width + part.group)] = part.nats
    return _Near(keys // width, keys % width, nats)


def _chosen(near: _Near, least: float) -> Groups:
    """The best pool of each account, if it is near enough, and in each thing that the pool is one by."""
    total = near.total
    order = np.lexsort((near.group, total, near.rows))
    last = order[np.append(np.diff(near.rows[order]) > 0, True)] if len(order) else order
    last = last[total[last] >= least]
    rows, group = near.rows[last], near.group[last]
    stays = total[last] >= PART * _median(group, total[last])[group]
    for nats in near.nats[:, last]:
        middle = _median(group, nats)[group]
        stays &= (nats >= EACH * middle) | (middle < TELLING)
    return Groups(rows[stays], group[stays], int(group.max(initial=-1)) + 1)


def _median(group: Ints, nats: Floats) -> Floats:
    order = np.lexsort((nats, group))
    size = np.bincount(group)
    middle = np.cumsum(size) - size + size // 2
    return nats[order][np.minimum(middle, max(len(order) - 1, 0))] if len(order) else np.zeros(len(size))


def _united(groups: Groups, near: _Near) -> Groups:
    """Pools of which one's accounts have as much in common with the other are one."""
    of = np.full(int(near.rows.max(initial=-1)) + 1, -1, dtype=np.int64)
    of[groups.rows] = groups.group
    number = groups.number
    inside = (of[near.rows] >= 0) & (near.group < number)
    mine, its = of[near.rows[inside]], near.group[inside]
    keys, total = totals(mine * max(number, 1) + its, near.total[inside])
    one, other = keys // max(number, 1), keys % max(number, 1)
    own = np.zeros(number)
    own[one[one == other]] = total[one == other]
    same = (one != other) & (total >= UNITE * own[one])
    parts = igraph.Graph(n=number, edges=np.stack([one[same], other[same]], axis=1)).connected_components().membership
    return Groups.large(groups.rows, np.array(parts, dtype=np.int64)[groups.group])
