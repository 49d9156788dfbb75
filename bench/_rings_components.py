"""The measured part of bench/rings.py that is plain: whoever shares a value is one, and so on from one to the next.

An account is tied to its address, device, card, number and mailbox; values that more than MOST show tie nobody. What
hangs together is a group (scipy's connected components).
"""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bench._rings_child import Say, measured
from bench._rings_towns import Records
from risk.rings.columns import Ints, numbered
from risk.rings.judging import LEAST_MEMBERS
from risk.rings.links import Link

TIES = (Link.ADDRESS, Link.DEVICE, Link.CARD, Link.PHONE, Link.MAILBOX)
MOST = 50  # accounts that show a value: more are a campus or a carrier


def groups_of(records: Records, say: Say) -> Ints:
    """The component of each account that is one of at least LEAST_MEMBERS."""
    accounts, ends, nodes = len(records.at), [], len(records.at)
    for link in TIES:
        code, values = numbered(records.links[:, link])
        shown = np.bincount(code[code >= 0], minlength=len(values))
        rows = np.flatnonzero((code >= 0) & (np.append(shown, 0)[code] <= MOST) & (np.append(shown, 0)[code] > 1))
        ends.append(np.stack([rows, code[rows] + nodes]))
        nodes += len(values)
    tied = np.concatenate(ends, axis=1)
    say("ties", tied.shape[1])
    graph = coo_array((np.ones(tied.shape[1], dtype=np.int8), (tied[0], tied[1])), shape=(nodes, nodes))
    group = connected_components(graph, directed=False)[1][:accounts].astype(np.int64)
    return np.where(np.bincount(group)[group] >= LEAST_MEMBERS, group, -1)


if __name__ == "__main__":
    measured(groups_of)
