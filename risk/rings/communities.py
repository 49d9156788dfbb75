"""Communities: what ties between accounts fall into, by Leiden, which cuts bridges.

V. Traag et al., From Louvain to Leiden, Scientific Reports 9, 2019; modularity as M. Newman has it. igraph keeps
Python's lock while it works, so that nothing else of a process goes on beside it. Where there are many ties they are
cut by a process of its own, which gets them in a file, knows nothing but numbers, and ends with the communities in
another. The same ties give the same communities wherever they are
cut, so that what calls this is pure but for that process.
"""

import subprocess
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from threading import Lock
from typing import Final

import igraph
import numpy as np

from risk.rings.columns import Floats, Ints
from risk.rings.profiles import Groups

ITERATIONS: Final = 3
SEED: Final = 7
MANY: Final = 300_000  # ties, which take about as long to cut as a process takes to begin (0.4 s)
DRAWING: Final = Lock()  # what igraph draws from is the process's, and two who draw from it at once spoil it
ROOT: Final = Path(__file__).parents[2]


def communities(pairs: Ints, nats: Floats, resolution: float) -> Groups:
    """The accounts that are together: `pairs` is ties by two accounts, `nats` what each tie weighs, above 0.

    The higher the resolution, the finer the communities. Raises CalledProcessError where the process fails.
    """
    tied = np.zeros(int(pairs.max(initial=-1)) + 1, dtype=bool)
    tied[pairs] = True
    nodes = np.flatnonzero(tied)
    if not len(nodes):
        return Groups.large(nodes, nodes)
    ends = (np.cumsum(tied, dtype=np.int32) - 1)[pairs]
    return Groups.large(nodes, (_elsewhere if len(pairs) >= MANY else _cut)(ends, nats, resolution))


def _cut(ends: Ints, nats: Floats, resolution: float) -> Ints:
    """By node, from 0 to the highest that any tie has: the number of its community."""
    graph = igraph.Graph(n=int(ends.max()) + 1, edges=ends)
    with DRAWING:
        igraph.set_random_number_generator(Random(SEED))  # noqa: S311 - nothing secret is drawn
        parts = graph.community_leiden(
            objective_function="modularity", weights=nats, resolution=resolution, n_iterations=ITERATIONS
        )
    return np.array(parts.membership, dtype=np.int64)


def _elsewhere(ends: Ints, nats: Floats, resolution: float) -> Ints:
    with TemporaryFile() as asked, TemporaryFile() as told:
        np.savez(asked, ends=ends, nats=nats, resolution=np.float64(resolution))
        asked.seek(0)
        subprocess.run([sys.executable, "-m", __name__], stdin=asked, stdout=told, check=True, cwd=ROOT)
        told.seek(0)
        found: Ints = np.load(told)
    return found


def main() -> None:
    """Cut the ties of standard input."""
    asked = np.load(sys.stdin.buffer)
    np.save(sys.stdout.buffer, _cut(asked["ends"], asked["nats"], float(asked["resolution"])))


if __name__ == "__main__":
    main()
