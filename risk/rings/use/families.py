"""Families of sketches: those of one template, filled in this way and that. No pairs. Pure.

A sketch is 64 bits, and sketches of near prompts differ in few of them (M. Charikar, STOC 2002). Two that agree in two
of their four blocks of 16 bits are compared (G. Manku and others, Detecting near-duplicates for web crawling, WWW
2007), and only with the next two in their order: a template's fillings are many, and hang together by some of them.
Chance brings two of n sketches together in n squared times 5e-12 cases: one in ten million sketches has some hundred.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from risk.rings.columns import THREADS, Flags, Ints, placed

BLOCK_BITS: Final = 16
BLOCKS: Final = 4
NEAR: Final = 8  # bits in which two of a family that are compared differ at most
LEAST: Final = 3  # times that a family was seen: what was said once is no template

Bits = np.ndarray[tuple[int], np.dtype[np.uint64]]


def families(sketch: Ints, times: Ints) -> Ints:
    """The family of each sketch, numbered from 0; -1 for a sketch of none."""
    known, code = np.unique(sketch, return_inverse=True)
    bits = known.view(np.uint64)
    with ThreadPoolExecutor(THREADS) as threads:
        near = list(threads.map(lambda two: _near(bits, *two), combinations(range(BLOCKS), 2)))
    ends = np.concatenate(near, axis=1)
    graph = coo_array((np.ones(ends.shape[1], dtype=np.int8), (ends[0], ends[1])), shape=(len(known), len(known)))
    _, label = connected_components(graph, directed=False)
    of = label[code].astype(np.int64)
    seen = np.bincount(of, times)
    numbers = np.where(seen >= LEAST, np.cumsum(seen >= LEAST) - 1, -1)
    return numbers[of]


def _near(bits: Bits, one: int, other: int) -> Ints:
    """Sketches that agree in two blocks and nearly in the others, as places from and to.

    Of those that hang together by one that stands between them nothing more is said.
    """
    places, agree = placed((_block(bits, one) << np.uint64(BLOCK_BITS) | _block(bits, other)).view(np.int64))
    ordered = bits[places]

    def near(step: int) -> Flags:
        same: Flags = agree[:-step] == agree[step:]
        same &= np.bitwise_count(ordered[:-step] ^ ordered[step:]) <= NEAR
        return same

    next_one = near(1)
    one_after = near(2) & ~(next_one[:-1] & next_one[1:])
    ends = [(places[:-step][tied], places[step:][tied]) for step, tied in ((1, next_one), (2, one_after))]
    return np.concatenate(ends, axis=1).astype(np.int32)


def _block(bits: Bits, number: int) -> Bits:
    return (bits >> np.uint64(BLOCK_BITS * number)) & np.uint64((1 << BLOCK_BITS) - 1)
