"""Finding rings among accounts: cohorts, neighbours, communities, then profiles that take in who fits. Pure.

The story: accounts that agree on something telling are neighbours (cohorts). Neighbours with weight enough are tied
(pairs), and the ties fall into communities, which cuts bridges (V. Traag et al., From Louvain to Leiden, 2019). Each
community is a ring's first guess, as are those together at one address, and a cohort by itself. Then, in turns, each
ring learns what its accounts look like, and each account goes to the ring that it fits best, or to none (profiles). A
ring that an operator's other accounts were split from takes them in that way, a bridge to honest people does not hold,
and nothing is ever compared in all pairs.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

import igraph
import numpy as np

from risk.rings.cohorts import SEVERAL_PEOPLE, cohorts
from risk.rings.columns import ALWAYS_LOOKED_AT, THREADS, Columns, Flags, Floats, Ints, distinct, firsts
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
TIED_AMONG = 12_000  # accounts; among more, as many more strangers agree by chance, and a tie has to weigh more
ITERATIONS = 4  # of Leiden
TURNS, TURNS_OF_GUESSES = 3, 1
LEADS = 2  # aspects in which another's account shares something rare with a group, to be looked at for it
AT_ONCE = 1 << 16  # pairs of account and group that are looked at
ODDS = 2.5  # nats for an account being of a ring, after what its size says beforehand: 12 to 1
SPEAKS = 1.0  # nats
ASPECTS_LEAST = 3  # aspects that speak for it by more than that,
OWN_LEAST = 2  # and of these such as come with the account: strangers behind one VPN share where they seem to be
OWN = tuple(ASPECTS.index(aspect) for aspect in ASPECTS if aspect not in {Aspect.NETWORK, Aspect.LOCALE, Aspect.TELL})
# Where few aspects have to speak, a pattern of mailboxes at a domain and the pattern of names speak as one.
NAMING, DOMAIN, PATTERNS = ASPECTS.index(Aspect.NAMING), ASPECTS.index(Aspect.DOMAIN), (Link.SHAPE, Link.STEM)
MOSTLY = 0.5  # of a group's accounts are a known operator's: it is this operator's
LARGER = 0.5  # how much the logarithm of a ring's size speaks for it where an account fits two
SWEPT_ASPECTS, SWEPT_OWN = 2, 1  # the same, of an account that joins a ring that is known to be one
SWEEPS = 3  # times, as each account that joins teaches what the ring looks like
SAME = 0.3  # of a known ring's accounts would join another one: both are one operator's
LEAST = 4  # accounts of what is looked at further; how many make a ring is for the judging (risk.rings.judging)
SEED = 7  # the same accounts give the same communities
SEEDS = (Link.ADDRESS, Link.NETWORK)  # who is together there is a guess too: ties do not see it where many are
SEEDED = 6, 0.02  # accounts, and the share of all beyond which a value is nobody's

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


def find(accounts: Columns) -> Found:
    """Every group of accounts that could be one operator's."""
    found = cohorts(accounts)
    guesses = [*_communities(accounts, found.neighbours), *(_together(accounts, link) for link in SEEDS)]
    guesses.append(_cohorts(found.strongest))
    with ThreadPoolExecutor(THREADS) as threads:
        settled = list(threads.map(lambda guess: _settled(accounts, guess, TURNS_OF_GUESSES), guesses))
    groups = _settled(accounts, packed(accounts, settled), TURNS)
    return _found(accounts, groups)


def _settled(accounts: Columns, groups: Groups, turns: int) -> Groups:
    for _ in range(turns):
        groups = settle(accounts, groups)
    return groups


def packed(accounts: Columns, guesses: Sequence[Groups]) -> Groups:
    """Of groups that were found at several scales, those that their accounts choose; none share an account.

    A ring in pieces makes its own values look common, and each piece fits worse than the whole; two rings in one fit
    worse than each alone. So each account chooses the group that it fits best, and a group that most of its accounts
    leave is dropped, until all are content.
    """
    offsets = np.cumsum([0, *(guess.number for guess in guesses)])
    rows = np.concatenate([guess.rows for guess in guesses])
    group = np.concatenate([guess.group + offset for guess, offset in zip(guesses, offsets, strict=False)])
    fits = [profiles(accounts, guess).members.uncapped for guess in guesses]
    size = np.bincount(group, minlength=offsets[-1])
    total = np.concatenate(fits) + LARGER * np.log(size[group])
    order = np.lexsort((group, total, rows))
    rows, group = rows[order], group[order]
    alive = np.ones(len(size), dtype=bool)
    while True:
        left = np.flatnonzero(alive[group])
        chosen = left[np.append(np.diff(rows[left]) > 0, True)] if len(left) else left
        stay = np.bincount(group[chosen], minlength=len(size)) / np.maximum(size, 1)
        leaving = alive & (stay < WHOLE)
        if not leaving.any():
            return _tidy(rows[chosen], group[chosen])
        alive &= ~_emptiest(rows[left], group[left], np.where(leaving, stay, np.inf))


def _emptiest(rows: Ints, group: Ints, stay: Floats) -> Flags:
    """Of the groups that are left by most, those that are left by more than any other which shares an account.

    Were all of them dropped at once, accounts between several good groups would end in none.
    """
    rank = np.empty(len(stay), dtype=np.int64)
    rank[np.argsort(stay, kind="stable")] = np.arange(len(stay))
    least = np.full(int(rows.max()) + 1, len(stay))
    np.minimum.at(least, rows, rank[group])
    beaten = np.zeros(len(stay), dtype=bool)
    beaten[group[least[rows] < rank[group]]] = True
    emptiest: Flags = np.isfinite(stay) & ~beaten
    return emptiest


def settle(accounts: Columns, groups: Groups) -> Groups:
    """Let each account go to the group that it fits best, or to none."""
    if not groups.number:
        return groups
    learnt = _holding(profiles(accounts, groups))
    rows, of = _near(learnt, np.ones(learnt.groups.number, dtype=bool), LEADS)
    own = learnt.own[rows] == of
    near = _fitting(learnt, rows[~own], of[~own], ASPECTS_LEAST, OWN_LEAST)
    return _tidy(*_best(_joined([near, _staying(learnt, rows[own])]), learnt.groups))


@dataclass(frozen=True, slots=True)
class Fitting:
    """Pairs of account and group that fit, and how well, with no cap on what an aspect can say."""

    rows: Ints
    of: Ints
    uncapped: Floats


def _fitting(learnt: Profiles, rows: Ints, of: Ints, aspects: int, own: int) -> Fitting:
    """Of pairs those that fit; a part of them at once, so that what is worked on stays near the processor."""

    def some(begin: int) -> Fitting:
        part = slice(begin, begin + AT_ONCE)
        fit = learnt.fit(rows[part], of[part])
        fits = _fits(learnt, fit, of[part], aspects, own)
        return Fitting(rows[part][fits], of[part][fits], fit.uncapped[fits])

    with ThreadPoolExecutor(THREADS) as threads:
        return _joined(list(threads.map(some, range(0, max(len(rows), 1), AT_ONCE))))


def _joined(parts: Sequence[Fitting]) -> Fitting:
    return Fitting(*(np.concatenate([getattr(part, name) for part in parts]) for name in Fitting.__slots__))


def _staying(learnt: Profiles, rows: Ints) -> Fitting:
    """Of accounts that are near their own group those that fit it."""
    groups, fit = learnt.groups, learnt.members
    near = np.zeros(len(learnt.accounts), dtype=bool)
    near[rows] = True
    fits = near[groups.rows] & _fits(learnt, fit, groups.group, ASPECTS_LEAST, OWN_LEAST)
    return Fitting(groups.rows[fits], groups.group[fits], fit.uncapped[fits])


def sweep(found: Found, known: Flags) -> Found:
    """Take in the accounts that were missed by those groups that are `known` to be rings, out of all others.

    Known rings that would take in each other's accounts become one, under the number of the larger.
    """
    if not known.any():
        return found
    for _ in range(SWEEPS):
        found = _swept(_united(found, known), known)
    return found


def _holding(learnt: Profiles) -> Profiles:
    """The groups of which some of their own accounts fit: no others are worth a look at all accounts."""
    groups = learnt.groups
    fits = _fits(learnt, learnt.members, groups.group, ASPECTS_LEAST, OWN_LEAST)
    return learnt.some(np.bincount(groups.group[fits], minlength=groups.number) >= LEAST)


def held(found: Found, certain: Ints) -> Found:
    """Put accounts that are known to be one operator's into a group of their own, numbered after all that were found.

    `certain` is by row: 0 and up for whose it is, -1 for not known. A group of which most accounts are one operator's
    goes over to it whole.
    """
    groups, number = found.groups, found.groups.number
    operators = int(certain.max(initial=-1)) + 1
    if not operators:
        return found
    of = certain[groups.rows]
    shared = np.bincount(groups.group[of >= 0] * operators + of[of >= 0], minlength=number * operators)
    shared = shared.reshape(number, operators)
    whose = np.where(shared.max(axis=1) > groups.size * MOSTLY, shared.argmax(axis=1) + number, np.arange(number))
    group = np.full(len(certain), -1, dtype=np.int64)
    group[groups.rows] = whose[groups.group]
    group[certain >= 0] = certain[certain >= 0] + number
    rows = np.flatnonzero(group >= 0)
    return _found(found.profiles.accounts, Groups(rows, group[rows], number + operators))


def _swept(found: Found, known: Flags) -> Found:
    groups = found.groups
    rows, of = _best(_joining(found.profiles, known, held=False), groups)
    stays = ~np.isin(groups.rows, rows)
    taken = Groups(np.concatenate([groups.rows[stays], rows]), np.concatenate([groups.group[stays], of]), groups.number)
    return _found(found.profiles.accounts, taken)


def _united(found: Found, known: Flags) -> Found:
    """Known rings of which one's accounts fit the other are one."""
    groups, learnt = found.groups, found.profiles
    near = _joining(learnt, known, held=True)
    between, count = np.unique(learnt.own[near.rows] * groups.number + near.of, return_counts=True)
    one, other = between // groups.number, between % groups.number
    same = count >= SAME * groups.size[one]
    if not same.any():
        return found
    ends = np.stack([one[same], other[same]], axis=1)
    parts = np.array(igraph.Graph(n=groups.number, edges=ends).connected_components().membership, dtype=np.int64)
    order = np.argsort(groups.size, kind="stable")
    largest = np.zeros(groups.number, dtype=np.int64)
    largest[parts[order]] = order
    return _found(learnt.accounts, Groups(groups.rows, largest[parts][groups.group], groups.number))


def _joining(learnt: Profiles, known: Flags, *, held: bool) -> Fitting:
    """Accounts that known rings hold, or all others, and other known rings that they fit."""
    rows, of = _near(learnt, known, 1)
    own = learnt.own[rows]
    looked_at = (own != of) & (((own >= 0) & known[own]) == held)
    return _fitting(learnt, rows[looked_at], of[looked_at], SWEPT_ASPECTS, SWEPT_OWN)


def _found(accounts: Columns, groups: Groups) -> Found:
    learnt = profiles(accounts, groups)
    return Found(learnt, learnt.members)


def _fits(learnt: Profiles, fit: Fit, of: Ints, aspects: int, own: int) -> Flags:
    """Which accounts are of the group beside them: by Bayes, a large group is likelier to be met."""
    speaks = fit.nats > SPEAKS
    if aspects < ASPECTS_LEAST:
        speaks[NAMING] &= ~(speaks[DOMAIN] & np.isin(fit.link[DOMAIN], PATTERNS))
    beforehand = np.log(learnt.accounts.population / learnt.groups.size[of])
    fits: Flags = fit.total > beforehand + ODDS
    fits &= (speaks.sum(axis=0) >= aspects) & (speaks[OWN, :].sum(axis=0) >= own)
    return fits


def _best(near: Fitting, groups: Groups) -> tuple[Ints, Ints]:
    """Of the pairs that fit, the best one of each account."""
    total = near.uncapped + LARGER * np.log(groups.size[near.of])
    order = np.lexsort((near.of, total, near.rows))
    last = order[np.append(np.diff(near.rows[order]) > 0, True)] if len(order) else order
    return near.rows[last], near.of[last]


def _communities(accounts: Columns, neighbours: Ints) -> list[Groups]:
    """What the ties fall into, at each scale."""
    weight = weights(accounts, neighbours)
    more = max(np.log(max(accounts.population, 1) / TIED_AMONG), 0.0)
    return [
        found
        for tied in sorted({scale.tied for scale in SCALES}, reverse=True)
        for found in _cut(neighbours, weight - tied - more, [each.resolution for each in SCALES if each.tied == tied])
    ]


def _cut(pairs: Ints, weight: Floats, resolutions: Sequence[float]) -> list[Groups]:
    """Communities of the pairs that weigh anything."""
    tied = weight > 0
    nodes, ends = np.unique(pairs[tied], return_inverse=True)
    if not len(nodes):
        return []
    graph = igraph.Graph(n=len(nodes), edges=ends.reshape(-1, 2))
    found = []
    for resolution in resolutions:
        igraph.set_random_number_generator(Random(SEED))  # noqa: S311 - nothing secret is drawn
        parts = graph.community_leiden(
            objective_function="modularity", weights=weight[tied], resolution=resolution, n_iterations=ITERATIONS
        )
        found.append(_tidy(nodes, np.array(parts.membership, dtype=np.int64)))
    return found


def _together(accounts: Columns, link: Link) -> Groups:
    """Who shows the same value."""
    column = accounts.of[link]
    least, share = SEEDED
    showing = (column.code >= 0) & (column.shown >= least)
    rows = np.flatnonzero(showing & (column.shown <= max(SEVERAL_PEOPLE, share * accounts.population)))
    return _tidy(rows, column.code[rows])


def _cohorts(strongest: Ints) -> Groups:
    rows = np.flatnonzero(strongest >= 0)
    return _tidy(rows, strongest[rows])


def _near(learnt: Profiles, looked_at: Flags, aspects: int) -> tuple[Ints, Ints]:
    """Accounts and groups that share rare things, group by group; of some groups only.

    One thing is enough for a group's own account; of others' accounts as many aspects are asked for.
    """
    keys = []
    for links in EVIDENCE.values():
        shared = [_near_by(learnt, looked_at, link) for link in links]
        keys.append(distinct(np.concatenate(shared)))
    found = np.sort(np.concatenate(keys))
    starts = np.flatnonzero(firsts(found))
    of, rows = np.divmod(found[starts], max(len(learnt.accounts), 1))
    near = (np.diff(starts, append=len(found)) >= aspects) | (learnt.own[rows] == of)
    return rows[near], of[near]


def _near_by(learnt: Profiles, looked_at: Flags, link: Link) -> Ints:
    """Pairs of group and account as one number each, for values that are rare among people and not in the group."""
    accounts, size = learnt.accounts, learnt.groups.size
    held, column = learnt.held[link], accounts.of[link]
    if link in ALWAYS_LOOKED_AT:
        return np.empty(0, dtype=np.int64)
    group, code = np.divmod(held.key, held.width)
    everywhere = column.shown[column.order[column.starts[code]]]
    leads = looked_at[group] & (held.count >= 2) & (held.count >= SHARE * size[group])
    leads &= everywhere - held.count < max(RARE * accounts.population, 1)
    leads &= everywhere < CROWD[0] * size[group] + CROWD[1]
    rows, number = column.showing(code[leads])
    keys: Ints = np.repeat(group[leads], number) * len(accounts) + rows
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
