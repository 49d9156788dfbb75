"""Finding rings among accounts: cohorts, neighbours, communities, then profiles that take in who fits. Pure.

The story: accounts that agree on something telling are neighbours (cohorts). Neighbours with weight enough are tied
(pairs), and the ties fall into communities, which cuts bridges (V. Traag et al., From Louvain to Leiden, 2019). Each
community is a ring's first guess. Then, in turns, each ring learns what its accounts look like, and each account goes
to the ring that it fits best, or to none (profiles). A ring that an operator's other accounts were split from takes
them in that way, a bridge to honest people does not hold, and nothing is ever compared in all pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import igraph
import numpy as np

from risk.rings.cohorts import TWO_CORES, Resources, neighbours
from risk.rings.columns import ALWAYS_LOOKED_AT, Columns, Flags, Floats, Ints
from risk.rings.links import EVIDENCE, Aspect, Link
from risk.rings.pairs import weights
from risk.rings.profiles import ASPECTS, Fit, Groups, Profiles, profiles


@dataclass(frozen=True, slots=True)
class Scale:
    """At how many nats two neighbours are tied, and how fine the communities are."""

    tied: float
    resolution: float


SCALES = (Scale(7.0, 8.0), Scale(7.0, 0.5), Scale(5.0, 30.0), Scale(5.0, 4.0))
WHOLE = 0.5  # of a group's accounts choose it: else it is a piece of a better one, or a mixture
TURNS = 3
JOINS = 10.0  # nats from which an account is of a ring: one of 30,000 strangers reaches it by chance
SPEAKS = 1.0  # nats
ASPECTS_LEAST = 3  # aspects that speak for it by more than that,
OWN_LEAST = 2  # and of these such as come with the account: strangers behind one VPN share where they seem to be
OWN = tuple(ASPECTS.index(aspect) for aspect in ASPECTS if aspect not in {Aspect.NETWORK, Aspect.LOCALE, Aspect.TELL})
LARGER = 0.5  # how much the logarithm of a ring's size speaks for it where an account fits two
SWEEPS = 8.0, 2, 1  # nats, aspects, own aspects: from which an account joins a ring that is known to be one
LEAST = 4  # accounts of what is looked at further; how many make a ring is for the judging (risk.rings.judging)
SEED = 7  # the same accounts give the same communities

RARE = 0.01  # share of people that show a value: commoner ones lead no account to a ring
SHARE = 0.05  # of a ring that shows it
CROWD = 5, 50  # a value leads no account to a ring of size s where more than 5 s + 50 show it


@dataclass(frozen=True, slots=True)
class Found:
    """Groups of accounts, each perhaps a ring, with their profiles and how each member fits its own."""

    profiles: Profiles
    fit: Fit

    @property
    def groups(self) -> Groups:
        """Who is in which."""
        return self.profiles.groups


def find(accounts: Columns, resources: Resources = TWO_CORES) -> Found:
    """Every group of accounts that could be one operator's."""
    pairs = neighbours(accounts, resources)
    weight = weights(accounts, pairs)
    guesses = [_settled(accounts, _communities(pairs, weight, scale)) for scale in SCALES]
    groups = _settled(accounts, _packed(accounts, guesses))
    learnt = profiles(accounts, groups)
    return Found(learnt, learnt.fit(groups.rows, groups.group))


def _settled(accounts: Columns, groups: Groups) -> Groups:
    for _ in range(TURNS):
        groups = settle(accounts, groups)
    return groups


def _packed(accounts: Columns, guesses: Sequence[Groups]) -> Groups:
    """Of groups that were found at several scales, those that their accounts choose; none share an account.

    A ring in pieces makes its own values look common, and each piece fits worse than the whole; two rings in one fit
    worse than each alone. So each account chooses the group that it fits best, and a group that most of its accounts
    leave is dropped, until all are content.
    """
    offsets = np.cumsum([0, *(guess.number for guess in guesses)])
    rows = np.concatenate([guess.rows for guess in guesses])
    group = np.concatenate([guess.group + offset for guess, offset in zip(guesses, offsets, strict=False)])
    fits = [profiles(accounts, guess).fit(guess.rows, guess.group).uncapped for guess in guesses]
    size = np.bincount(group, minlength=offsets[-1])
    total = np.concatenate(fits) + LARGER * np.log(size[group])
    order = np.lexsort((group, total, rows))
    rows, group = rows[order], group[order]
    alive = np.ones(len(size), dtype=bool)
    while True:
        left = np.flatnonzero(alive[group])
        chosen = left[np.append(np.diff(rows[left]) > 0, True)] if len(left) else left
        stay = np.bincount(group[chosen], minlength=len(size))
        leaving = alive & (stay < WHOLE * size)
        if not leaving.any():
            return _tidy(rows[chosen], group[chosen])
        alive &= ~leaving


def settle(accounts: Columns, groups: Groups) -> Groups:
    """Let each account go to the group that it fits best, or to none."""
    if not groups.number:
        return groups
    learnt = profiles(accounts, groups)
    rows, of = _near(accounts, learnt)
    fit = learnt.fit(rows, of)
    chosen = _best(rows, of, fit, groups, fits=_fits(fit, JOINS, ASPECTS_LEAST, OWN_LEAST))
    return _tidy(rows[chosen], of[chosen])


def sweep(found: Found, known: Flags) -> Found:
    """Take in the accounts that were missed by those groups that are `known` to be rings, out of all others."""
    accounts, groups, learnt = found.profiles.accounts, found.groups, found.profiles
    if not known.any():
        return found
    rows, of = _near(accounts, learnt)
    held = learnt.own[rows] >= 0
    open_ = known[of] & ~(held & known[learnt.own[rows]])
    rows, of = rows[open_], of[open_]
    fit = learnt.fit(rows, of)
    chosen = _best(rows, of, fit, groups, fits=_fits(fit, *SWEEPS))
    stays = ~np.isin(groups.rows, rows[chosen])
    taken = Groups(
        np.concatenate([groups.rows[stays], rows[chosen]]),
        np.concatenate([groups.group[stays], of[chosen]]),
        groups.number,
    )
    again = profiles(accounts, taken)
    return Found(again, again.fit(taken.rows, taken.group))


def _fits(fit: Fit, nats: float, aspects: int, own: int) -> Flags:
    speaks = fit.nats > SPEAKS
    fits: Flags = (fit.total > nats) & (speaks.sum(axis=0) >= aspects) & (speaks[OWN, :].sum(axis=0) >= own)
    return fits


def _best(rows: Ints, of: Ints, fit: Fit, groups: Groups, *, fits: Flags) -> Ints:
    """Of the pairs that fit, the best one of each account."""
    total = fit.uncapped + LARGER * np.log(groups.size[of])
    order = np.lexsort((of, total, rows))
    order = order[fits[order]]
    return order[np.append(np.diff(rows[order]) > 0, True)] if len(order) else order


def _communities(pairs: Ints, weight: Floats, scale: Scale) -> Groups:
    tied = weight > scale.tied
    nodes, ends = np.unique(pairs[tied], return_inverse=True)
    if not len(nodes):
        return _tidy(nodes, nodes)
    igraph.set_random_number_generator(Random(SEED))  # noqa: S311 - nothing secret is drawn
    graph = igraph.Graph(n=len(nodes), edges=ends.reshape(-1, 2))
    parts = graph.community_leiden(
        objective_function="modularity", weights=weight[tied] - scale.tied, resolution=scale.resolution, n_iterations=4
    )
    return _tidy(nodes, np.array(parts.membership, dtype=np.int64))


def _near(accounts: Columns, learnt: Profiles) -> tuple[Ints, Ints]:
    """Accounts and groups that share a value which is rare among people and not rare in the group."""
    width = learnt.groups.number
    keys = [_near_by(accounts, learnt, link) for links in EVIDENCE.values() for link in links]
    pairs = np.unique(np.concatenate(keys))
    return pairs // width, pairs % width


def _near_by(accounts: Columns, learnt: Profiles, link: Link) -> Ints:
    held, column, size = learnt.held[link], accounts.of[link], learnt.groups.size
    if link in ALWAYS_LOOKED_AT or not len(held.key):
        return np.empty(0, dtype=np.int64)
    group, code = held.key // held.width, held.key % held.width
    everywhere = np.bincount(column.code[column.code >= 0], minlength=column.size + 1)[code]
    leads = (held.count >= 2) & (held.count >= SHARE * size[group])
    leads &= (everywhere - held.count < max(RARE * len(accounts), 1)) & (everywhere < CROWD[0] * size[group] + CROWD[1])
    group, code = group[leads], code[leads]
    order = np.argsort(column.code, kind="stable")
    ordered = column.code[order]
    first, last = np.searchsorted(ordered, code), np.searchsorted(ordered, code, side="right")
    number = last - first
    place = np.arange(number.sum()) + np.repeat(first - np.concatenate(([0], np.cumsum(number)[:-1])), number)
    keys: Ints = order[place] * learnt.groups.number + np.repeat(group, number)
    return keys


def _tidy(rows: Ints, group: Ints) -> Groups:
    """The groups that are large enough, numbered anew."""
    large = np.bincount(group)[group] >= LEAST if len(group) else np.zeros(0, dtype=bool)
    numbers, group = np.unique(group[large], return_inverse=True)
    return Groups(rows[large], group.astype(np.int64), len(numbers))


def by_group(found: Found, values: Floats) -> Floats:
    """The mean of a value of each member, by group."""
    groups = found.groups
    mean: Floats = np.bincount(groups.group, values, minlength=groups.number) / np.maximum(groups.size, 1)
    return mean
