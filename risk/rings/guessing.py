"""First guesses at rings: who is tied by what they agree on, who is together, who is of one telling cohort. Pure.

Accounts that agree on something telling are neighbours (cohorts). Neighbours with weight enough are tied (pairs), and
the ties fall into communities, which cuts bridges (V. Traag et al., From Louvain to Leiden, 2019). Each community is a
guess, as are those who show the same address, domain or block of numbers, and a cohort by itself. A guess can be crude:
what makes a ring is that a profile explains it (risk.rings.detection).
"""

from dataclasses import dataclass
from random import Random

import igraph
import numpy as np

from risk.rings.cohorts import SEVERAL_PEOPLE, cohorts
from risk.rings.columns import Columns, Floats, Ints
from risk.rings.links import Link
from risk.rings.pairs import weights
from risk.rings.profiles import Groups


@dataclass(frozen=True, slots=True)
class Scale:
    """At how many nats two neighbours are tied, and how fine the communities are; both among GROWN accounts."""

    tied: float
    resolution: float


SCALES = (Scale(7.0, 0.5), Scale(5.0, 1.0), Scale(3.0, 4.0))
# Among more accounts, as many more strangers agree by chance, and a tie has to weigh more. And what modularity expects
# between two accounts falls as the ties become more: so that groups stay as large as they are, it is taken so much
# oftener (S. Fortunato and M. Barthelemy, Resolution limit in community detection, PNAS 104, 2007).
GROWN = 12_000  # accounts
ITERATIONS = 4  # of Leiden
SEED = 7  # the same accounts give the same communities
# Who is together there is a guess too.
SEEDS = (Link.ADDRESS, Link.NETWORK, Link.PROVIDER, Link.DOMAIN, Link.SHAPE, Link.PHONE_1000)
SEEDED = 6, 0.02  # accounts, and the share of all beyond which a value is nobody's


def guesses(accounts: Columns) -> list[Groups]:
    """Partitions of accounts, each into groups that could be rings; an account may be in none of a partition."""
    found = cohorts(accounts)
    together = [_together(accounts, link) for link in SEEDS]
    return [*_communities(accounts, found.neighbours), *together, _cohorts(found.strongest)]


def _communities(accounts: Columns, neighbours: Ints) -> list[Groups]:
    """What the ties fall into, at each scale."""
    weight, times = weights(accounts, neighbours), max(accounts.population / GROWN, 1.0)
    return [_cut(neighbours, weight - scale.tied - np.log(times), scale.resolution * times) for scale in SCALES]


def _cut(pairs: Ints, weight: Floats, resolution: float) -> Groups:
    """Communities of the pairs that weigh anything."""
    tied = weight > 0
    nodes, ends = np.unique(pairs[tied], return_inverse=True)
    if not len(nodes):
        return Groups.large(nodes, nodes)
    igraph.set_random_number_generator(Random(SEED))  # noqa: S311 - nothing secret is drawn
    graph = igraph.Graph(n=len(nodes), edges=ends.reshape(-1, 2))
    parts = graph.community_leiden(
        objective_function="modularity", weights=weight[tied], resolution=resolution, n_iterations=ITERATIONS
    )
    return Groups.large(nodes, np.array(parts.membership, dtype=np.int64))


def _together(accounts: Columns, link: Link) -> Groups:
    """Who shows the same value."""
    column = accounts.of[link]
    least, share = SEEDED
    showing = (column.code >= 0) & (column.shown >= least)
    rows = np.flatnonzero(showing & (column.shown <= max(SEVERAL_PEOPLE, share * accounts.population)))
    return Groups.large(rows, column.code[rows])


def _cohorts(strongest: Ints) -> Groups:
    rows = np.flatnonzero(strongest >= 0)
    return Groups.large(rows, strongest[rows])
