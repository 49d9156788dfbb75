"""How likely two accounts are of one operator: Fellegi and Sunter's weight, with the frequency of each value. Pure.

Where two show the same value, the weight is ln(m / u): m, how often two accounts of one operator agree there, over u,
how common that very value is where they are (I. P. Fellegi and A. B. Sunter, JASA 64, 1969; W. E. Winkler's term
frequencies, 1988). Of the links of one aspect only the weightiest counts, for they see the same thing; what is missing
weighs nothing.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from risk.rings.columns import THREADS, Columns, Floats, Ints
from risk.rings.links import EVIDENCE, Aspect
from risk.rings.profiles import AGAIN, PATTERNS

AGREE = 0.3  # m: operators reuse about every third thing; it only picks neighbours, profiles learn how often each does
DISAGREE = -0.35  # ln(1 - m): what is different speaks against, by little, since an operator can change it
MOST = 6.0  # nats an aspect
AT_ONCE = 1 << 16  # pairs whose numbers fit into a core's own memory


def weights(accounts: Columns, pairs: Ints) -> Floats:
    """The weight of each pair of rows, in nats."""
    parts = [pairs[begin : begin + AT_ONCE] for begin in range(0, len(pairs), AT_ONCE)]
    with ThreadPoolExecutor(THREADS) as threads:
        found = list(threads.map(lambda part: _weights(accounts, part), parts))
    return np.concatenate([np.empty(0), *found])


def _weights(accounts: Columns, pairs: Ints) -> Floats:
    one, other = pairs[:, 0].copy(), pairs[:, 1].copy()
    total, patterned = np.zeros(len(pairs)), np.zeros(len(pairs), dtype=bool)
    for aspect, links in EVIDENCE.items():
        best, differs = np.full(len(pairs), -np.inf), np.zeros(len(pairs), dtype=bool)
        for link in links:
            column = accounts.of[link]
            mine, theirs = column.code[one], column.code[other]
            same, both = (mine == theirs) & (mine >= 0), (mine >= 0) & (theirs >= 0)
            rows = np.flatnonzero(same)
            alike = np.maximum(np.log(AGREE / column.common(one[rows], without=2)), 0.0)
            best[rows] = np.maximum(best[rows], alike)
            differs |= both & ~same
            if link in PATTERNS:
                patterned |= same
        if aspect is Aspect.NAMING:
            best = np.where(patterned & (best > 0), best * AGAIN, best)
        total += np.where(np.isfinite(best), np.clip(best, DISAGREE, MOST), np.where(differs, DISAGREE, 0.0))
    return total
