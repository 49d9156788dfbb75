"""Families of sketches: those of one template, filled in this way and that. No pairs. Pure.

A sketch is 64 bits, and sketches of near prompts differ in few of them (M. Charikar, STOC 2002). Two that agree in two
of their four blocks of 16 bits are compared (G. Manku and others, Detecting near-duplicates for web crawling, WWW
2007), and only with the next ones in their order: a template's fillings are many, and hang together by some of them.
Chance brings two of n sketches together in n squared times 5e-12 cases: one in ten million sketches has some hundred.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from risk.rings.columns import THREADS, Ints, runs

BLOCK_BITS: Final = 16
BLOCKS: Final = 4
NEAR: Final = 8  # bits in which two of a family that are compared differ at most
NEXT: Final = 2  # sketches in the order of those that agree in two blocks
LEAST: Final = 3  # times that a family was seen: what was said once is no template


def families(sketch: Ints, times: Ints) -> Ints:
    """The family of each sketch, numbered from 0; -1 for a sketch of none."""
    known, code = np.unique(sketch, return_inverse=True)
    bits = known.view(np.uint64)
    with ThreadPoolExecutor(THREADS) as threads:
        near = list(threads.map(lambda two: _near(bits, *two), combinations(range(BLOCKS), 2)))
    ends = np.concatenate([np.empty((2, 0), dtype=np.int64), *near], axis=1)
    graph = coo_array((np.ones(ends.shape[1], dtype=np.int8), (ends[0], ends[1])), shape=(len(known), len(known)))
    _, label = connected_components(graph, directed=False)
    of = label[code].astype(np.int64)
    seen = np.bincount(of, times)
    numbers = np.where(seen >= LEAST, np.cumsum(seen >= LEAST) - 1, -1)
    return numbers[of]


def _near(bits: "np.ndarray[tuple[int], np.dtype[np.uint64]]", one: int, other: int) -> Ints:
    """Sketches that agree in two blocks and nearly in the others, as places from and to."""
    first, second = ((bits >> np.uint64(BLOCK_BITS * block)) & np.uint64(0xFFFF) for block in (one, other))
    found = runs(((first << np.uint64(BLOCK_BITS)) | second).astype(np.int64))
    run = np.repeat(np.arange(len(found.starts)), found.count)
    ends = []
    for step in range(1, NEXT + 1):
        beside = run[:-step] == run[step:]
        mine, its = found.places[:-step][beside], found.places[step:][beside]
        near = np.bitwise_count(bits[mine] ^ bits[its]) <= NEAR
        ends.append(np.stack([mine[near], its[near]]))
    return np.concatenate(ends, axis=1)
