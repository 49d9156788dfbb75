"""First guesses at rings: who is tied by what they agree on, who is together, who is of one telling cohort.

Accounts that agree on something telling are neighbours (cohorts). Neighbours with weight enough are tied (pairs), and
the ties fall into communities, which cuts bridges (risk.rings.communities). Each community is a guess, as are those
who show the same address, domain or block of numbers, and a cohort by itself. A guess can be crude: what makes a ring
is that a profile explains it (risk.rings.detection).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from risk.rings.cohorts import SEVERAL_PEOPLE, cohorts
from risk.rings.columns import THREADS, Columns, Floats, Ints
from risk.rings.communities import communities
from risk.rings.links import Link
from risk.rings.pairs import weights
from risk.rings.profiles import Groups


@dataclass(frozen=True, slots=True)
class Scale:
    """At how many nats two neighbours are tied, and how fine the communities are; both among GROWN accounts."""

    tied: float
    resolution: float


SCALES = (Scale(3.0, 4.0), Scale(5.0, 1.0), Scale(7.0, 0.5))  # what takes longest is cut first
# Among more accounts, as many more strangers agree by chance, and a tie has to weigh more. And what modularity expects
# between two accounts falls as the ties become more: so that groups stay as large as they are, it is taken so much
# oftener (S. Fortunato and M. Barthelemy, Resolution limit in community detection, PNAS 104, 2007).
GROWN = 12_000  # accounts
# Who is together there is a guess too.
SEEDS = (Link.ADDRESS, Link.NETWORK, Link.PROVIDER, Link.DOMAIN, Link.SHAPE, Link.PHONE_1000)
SEEDED = 6, 0.02  # accounts, and the share of all beyond which a value is nobody's


def guesses(accounts: Columns) -> Iterator[Groups]:
    """Partitions of accounts, each into groups that could be rings; an account may be in none of a partition.

    Communities come last: they are cut while what came before is worked on.
    """
    found = cohorts(accounts)
    with ThreadPoolExecutor(THREADS) as threads:
        cut = threads.map(lambda ties: communities(*ties), _ties(accounts, found.neighbours))
        for link in SEEDS:
            yield _together(accounts, link)
        yield _cohorts(found.strongest)
        yield from cut


def _ties(accounts: Columns, neighbours: Ints) -> Iterator[tuple[Ints, Floats, float]]:
    """What ties neighbours and by how much, and how fine communities are, at each scale."""
    weight, times = weights(accounts, neighbours), max(accounts.population / GROWN, 1.0)
    for scale in SCALES:
        nats = weight - scale.tied - np.log(times)
        yield neighbours[nats > 0], nats[nats > 0], scale.resolution * times


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
