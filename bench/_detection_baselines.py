"""Three ways of old to find operators' accounts, on the same records.

Each is tuned on the very history that it is measured on, with the truth in hand: of all its settings that hit at most
MOST_FALSE of the honest, the one that catches most. Nobody can do that at a real door, so it favours them.
"""

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from typing import Protocol

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bench._detection_records import Records
from risk.rings.columns import Flags, Floats, Ints
from risk.rings.links import Link

MOST_FALSE = 0.001
# What one person has: the plain join of fraud teams.
SHARED = (Link.ADDRESS, Link.DEVICE, Link.CARD, Link.PHONE, Link.MAILBOX)
MANY = (2, 3, 5, 10, 20, 50, 100, 200)  # a value that more accounts show ties nobody
LEAST = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, 100)  # accounts of a component that is caught
# And what several people have, for blocks that are dense in it.
NEAR = (*SHARED, Link.NETWORK, Link.PRINT, Link.STEM, Link.DOMAIN, Link.PHONE_100, Link.PHONE_1000, Link.BIN)
WIDE = (
    *NEAR,
    Link.CANVAS,
    Link.HARDWARE,
    Link.AGENT,
    Link.FONTS,
    Link.SHAPE,
    Link.PHONE_10000,
)
BLOCKS = 8
PIECES = (1, 4, 6, 10, 15, 20)  # accounts of a block that hang together: a family shares more than any operator
C = 5.0  # of the weights of columns, as the authors have it


class Truth(Protocol):
    """A history of which it is known who is honest."""

    @property
    def honest(self) -> Flags:
        """Who is nobody's."""

    def __len__(self) -> int: ...


def by_score(records: Records) -> Flags:
    """Accounts by the score that their signup was given, from the threshold that the honest allow."""
    scores = np.unique(records.score)[::-1]
    return best(records, (records.score >= score for score in scores))


def by_components(records: Records) -> Flags:
    """Accounts in large connected components over shared values."""
    return best(records, _component_settings(records))


def by_blocks(records: Records) -> Flags:
    """Accounts in the densest blocks of accounts and values (FRAUDAR)."""
    return best(records, _block_settings(records))


def best(records: Truth, settings: Iterable[Flags]) -> Flags:
    """Of the settings that hit few honest people, the one that catches most."""
    chosen = np.zeros(len(records), dtype=bool)
    for hit in settings:
        if hit[records.honest].mean() <= MOST_FALSE and hit[~records.honest].sum() > chosen[~records.honest].sum():
            chosen = hit
    return chosen


def _component_settings(records: Records) -> Iterator[Flags]:
    for most in MANY:
        size = _component_sizes(records, most)
        yield from (size >= least for least in LEAST)


def _component_sizes(records: Records, most: int) -> Ints:
    account, value, width = _edges(records, SHARED, most=most)
    return _sizes(account, value, (len(records), width))


def _sizes(account: Ints, value: Ints, shape: tuple[int, int]) -> Ints:
    """By account: how many accounts hang together with it over values."""
    accounts, values = shape
    nodes = accounts + values
    graph = coo_array((np.ones(len(account)), (account, value + accounts)), shape=(nodes, nodes))
    _, part = connected_components(graph, directed=False)
    part = part[:accounts]
    sizes: Ints = np.bincount(part)[part]
    return sizes


def _edges(records: Records, links: Iterable[Link], *, most: int) -> tuple[Ints, Ints, int]:
    """Accounts beside numbers of the values that they show and at least one other, and how many values there are."""
    accounts, values, width = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)], 0
    for link in links:
        rows = np.flatnonzero(records.links[:, link] != 0)
        _, code, count = np.unique(records.links[rows, link], return_inverse=True, return_counts=True)
        shared = (count[code] >= 2) & (count[code] <= most)
        accounts.append(rows[shared])
        values.append(code[shared] + width)
        width += len(count)
    return np.concatenate(accounts), np.concatenate(values), width


def _block_settings(records: Records) -> Iterator[Flags]:
    """Over fewer or more links, over all values or those of few accounts: the densest block, then with the next one."""
    for links in (SHARED, NEAR, WIDE):
        for most in (MANY[-1], len(records)):
            yield from _blocks(records, links, most)


def _blocks(records: Records, links: Iterable[Link], most: int) -> Iterator[Flags]:
    """The densest block, then with the next one, and so on, each found in what the ones before leave."""
    account, value, width = _edges(records, links, most=most)
    hit = {least: np.zeros(len(records), dtype=bool) for least in PIECES}
    for _ in range(BLOCKS):
        if not len(account):
            return
        block = densest(account, value, (len(records), width))
        inside = block[account]
        size = _sizes(account[inside], value[inside], (len(records), width))
        for least in PIECES:
            hit[least] = hit[least] | (block & (size >= least))
            yield hit[least]
        account, value = account[~inside], value[~inside]


def densest(account: Ints, value: Ints, shape: tuple[int, int]) -> Flags:
    """The accounts of the densest block: the edges' weight in it, to how many accounts and values are in it.

    Greedy: what weighs least goes, until nothing is left, and the densest state on the way is the answer. An edge
    weighs 1 / ln(c + accounts that show the value), so that a block cannot hide among values that many show. After
    B. Hooi et al., FRAUDAR: Bounding Graph Fraud in the Face of Camouflage (KDD 2016), algorithm 1 and section 4.2.
    """
    accounts, values = shape
    weight: Floats = 1 / np.log(C + np.bincount(value, minlength=values))[value]
    ends = value + accounts
    from_, to, twice = np.concatenate([account, ends]), np.concatenate([ends, account]), np.tile(weight, 2)
    pull: Floats = np.bincount(from_, twice, minlength=accounts + values).astype(np.float64)
    order, densities = _peeled(from_, to, twice, pull)
    block = np.zeros(accounts, dtype=bool)
    if len(order):
        inside = order[int(np.argmax(densities)) :]
        block[inside[inside < accounts]] = True
    return block


def _peeled(from_: Ints, to: Ints, weight: Floats, pull: Floats) -> tuple[Ints, Floats]:
    """Nodes in the order in which they go, and the density of what stood before each went."""
    by = np.argsort(from_, kind="stable")
    first = np.searchsorted(from_[by], np.arange(len(pull) + 1)).tolist()
    neighbour, weighs = to[by].tolist(), weight[by].tolist()
    left, total, standing = pull.tolist(), float(pull.sum()) / 2, np.flatnonzero(pull > 0).tolist()
    heap = [(left[node], node) for node in standing]
    heapify(heap)
    gone, order, densities = set[int](), list[int](), list[float]()
    while heap:
        at, node = heappop(heap)
        if node in gone or at > left[node]:
            continue  # it weighs less by now, and stands in the heap at that too
        densities.append(total / (len(standing) - len(order)))
        order.append(node)
        gone.add(node)
        total -= left[node]
        for place in range(first[node], first[node + 1]):
            other = neighbour[place]
            if other not in gone:
                left[other] -= weighs[place]
                heappush(heap, (left[other], other))
    return np.array(order, dtype=np.int64), np.array(densities)
