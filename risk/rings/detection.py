"""Finding rings among accounts: crude guesses, then profiles that take in who fits. Pure.

The story: accounts that agree on something telling are a ring's first guess (guessing). Then, in turns, each ring
learns what its accounts look like, and each account goes to the ring that it fits best, or to none (profiles). A ring
that an operator's other accounts were split from takes them in that way, a bridge to honest people does not hold, and
nothing is ever compared in all pairs.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import igraph
import numpy as np

from risk.rings.columns import ALWAYS_LOOKED_AT, THREADS, Columns, Flags, Floats, Ints, distinct, firsts
from risk.rings.guessing import guesses
from risk.rings.links import EVIDENCE, Aspect, Link
from risk.rings.profiles import ASPECTS, DOMAIN, LARGE, NAMING, PATTERNS, Fit, Groups, Profiles, profiles

WHOLE = 0.5  # of a group's accounts choose it: else it is a piece of a better one, or a mixture
AT_ONCE = 1 << 16  # pairs of account and group that are looked at
ODDS = 2.5  # nats for an account being of a ring, after what its size says beforehand: 12 to 1
PART = 0.2  # of what its middle account has above the odds beforehand, each account of a ring has at least
SPEAKS = 1.0  # nats
ASPECTS_LEAST = 2  # aspects that speak for it by more than that,
OWN_LEAST = 1  # and of these such as come with the account: strangers behind one VPN share where they seem to be
NOT_OWN = {Aspect.NETWORK, Aspect.LOCALE, Aspect.RHYTHM}
OWN = tuple(ASPECTS.index(aspect) for aspect in ASPECTS if aspect not in NOT_OWN)
MOSTLY = 0.5  # of a group's accounts are a known operator's: it is this operator's
BEYOND = 9.0  # and the odds of it are so many times those of all: who has half of all has half of every group
LARGER = 0.5  # how much the logarithm of a ring's size speaks for it where an account fits two


@dataclass(frozen=True, slots=True)
class Turn:
    """What an account needs to be of a group: nats of odds, and aspects that speak, of which own ones count twice."""

    odds: float
    speaking: int


# A guess is small beside its ring at first, which makes it look unlikely: it may grow before it has to hold. Then it
# takes three aspects, or two that both come with the account. Who is left has chosen the group among all others, and
# that says something too.
GUESSED = (Turn(0.0, 3), Turn(1.0, 3), Turn(ODDS, 4))
SETTLED = (Turn(ODDS, 3), Turn(ODDS, 3))
# For an account that joins a ring that is known to be one: surer than of a guess, for honest people join by few
# aspects. And for one that joins what an analyst is certain of.
SWEPT = Turn(4.0, 3)
SWEPT_FOR_CERTAIN = Turn(ODDS, 3)
SWEEPS = 3  # times, as each account that joins teaches what the ring looks like
SAME = 0.3  # of a known ring's accounts would join another one: both are one operator's

LEADS = 2  # aspects in which another's account shares something rare with a group, to be looked at for it
LEAD = 0.5  # nats that a value can say at least: what can hardly speak leads nobody
RARE = 0.01  # share of people that show a value: commoner ones lead no account to a ring
SHARE = 0.01  # of a ring that shows it: one with many of everything shows each value seldom
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
    with ThreadPoolExecutor(THREADS) as threads:
        settled = list(threads.map(lambda guess: _settled(accounts, guess, GUESSED), guesses(accounts)))
    groups = _settled(accounts, packed(accounts, settled), SETTLED)
    return _trimmed(_trimmed(with_profiles(accounts, groups)))


def _settled(accounts: Columns, groups: Groups, turns: Sequence[Turn]) -> Groups:
    for turn in turns:
        groups = settle(accounts, groups, turn)
    return groups


def packed(accounts: Columns, guessed: Sequence[Groups]) -> Groups:
    """Of groups that were found at several scales, those that their accounts choose; none share an account.

    A ring in pieces makes its own values look common, and each piece fits worse than the whole; two rings in one fit
    worse than each alone. So each account chooses the group that it fits best, and a group that most of its accounts
    leave is dropped, until all are content.
    """
    offsets = np.cumsum([0, *(guess.number for guess in guessed)])
    rows = np.concatenate([guess.rows for guess in guessed])
    group = np.concatenate([guess.group + offset for guess, offset in zip(guessed, offsets, strict=False)])
    fits = [profiles(accounts, guess).members.uncapped for guess in guessed]
    size = np.bincount(group, minlength=offsets[-1])
    total = np.concatenate(fits) + LARGER * np.log(size[group])
    order = np.lexsort((group, total, rows))
    rows, group = rows[order], group[order]
    alive = np.ones(len(size), dtype=bool)
    while True:
        left = np.flatnonzero(alive[group])
        last = np.append(np.diff(rows[left]) > 0, True) if len(left) else np.zeros(0, dtype=bool)
        chosen = left[last]
        stay = np.bincount(group[chosen], minlength=len(size)) / np.maximum(size, 1)
        leaving = alive & (stay < WHOLE)
        if not leaving.any():
            return Groups.large(rows[chosen], group[chosen])
        better = group[chosen][np.cumsum(last) - last]  # of each pair that is left: what its account chooses
        gone = np.where(_left_for_good(group[left], better, leaving), stay, np.inf)
        alive &= ~_emptiest(rows[left], group[left], gone)


def _left_for_good(group: Ints, better: Ints, leaving: Flags) -> Flags:
    """Of the groups that most leave, those that are left for groups which stay; all of them where there are none.

    A group that is left for one that goes as well may be what its accounts come back to.
    """
    goes = leaving[group] & (group != better)
    number = len(leaving)
    stays = np.bincount(group[goes & ~leaving[better]], minlength=number)
    good = leaving & (stays >= WHOLE * np.bincount(group[goes], minlength=number))
    return good if good.any() else leaving


def _emptiest(rows: Ints, group: Ints, stay: Floats) -> Flags:
    """Of the groups that go, those that are left by more than any other which shares an account.

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


def settle(accounts: Columns, groups: Groups, turn: Turn) -> Groups:
    """Let each account go to the group that it fits best, or to none."""
    if not groups.number:
        return groups
    learnt = _holding(profiles(accounts, groups), turn)
    rows, of = _near(learnt, np.ones(learnt.groups.number, dtype=bool), LEADS)
    own = learnt.own[rows] == of
    near = _fitting(learnt, rows[~own], of[~own], turn)
    return Groups.large(*_best(_joined([near, _staying(learnt, rows[own], turn)]), learnt.groups))


@dataclass(frozen=True, slots=True)
class Fitting:
    """Pairs of account and group that fit: how well with no cap on what an aspect can say, and the nats `above`."""

    rows: Ints
    of: Ints
    uncapped: Floats
    above: Floats

    def some(self, places: Flags) -> "Fitting":
        """Some of the pairs."""
        return Fitting(*(getattr(self, name)[places] for name in Fitting.__slots__))

    @classmethod
    def among(cls, learnt: Profiles, fit: Fit, pairs: tuple[Ints, Ints], turn: Turn) -> "Fitting":
        """Of pairs those that fit."""
        rows, of = pairs
        fits = _fits(learnt, fit, of, turn)
        return cls(rows[fits], of[fits], fit.uncapped[fits], _above(learnt, fit, of)[fits])


def _fitting(learnt: Profiles, rows: Ints, of: Ints, turn: Turn) -> Fitting:
    """Of pairs those that fit; a part of them at once, so that what is worked on stays near the processor."""

    def some(begin: int) -> Fitting:
        part = rows[begin : begin + AT_ONCE], of[begin : begin + AT_ONCE]
        return Fitting.among(learnt, learnt.fit(*part), part, turn)

    with ThreadPoolExecutor(THREADS) as threads:
        return _joined(list(threads.map(some, range(0, max(len(rows), 1), AT_ONCE))))


def _joined(parts: Sequence[Fitting]) -> Fitting:
    return Fitting(*(np.concatenate([getattr(part, name) for part in parts]) for name in Fitting.__slots__))


def _staying(learnt: Profiles, rows: Ints, turn: Turn) -> Fitting:
    """Of accounts that are near their own group those that fit it."""
    groups = learnt.groups
    near = np.zeros(len(learnt.accounts), dtype=bool)
    near[rows] = True
    stays = near[groups.rows]
    return Fitting.among(learnt, learnt.members.some(stays), (groups.rows[stays], groups.group[stays]), turn)


def sweep(found: Found, known: Flags, turn: Turn = SWEPT) -> Found:
    """Take in the accounts that were missed by those groups that are `known` to be rings, out of all others.

    Known rings that would take in each other's accounts become one, under the number of the larger.
    """
    if not known.any():
        return found
    for _ in range(SWEEPS):
        found = _swept(_united(found, known), known, turn)
    return found


def _holding(learnt: Profiles, turn: Turn) -> Profiles:
    """The groups of which some of their own accounts fit: no others are worth a look at all accounts."""
    groups = learnt.groups
    fits = _fits(learnt, learnt.members, groups.group, turn)
    return learnt.some(np.bincount(groups.group[fits], minlength=groups.number) >= LARGE)


def held(found: Found, certain: Ints) -> Found:
    """Put accounts that are known to be one operator's into a group of their own, numbered after all that were found.

    `certain` is by row: 0 and up for whose it is, -1 for not known. A group of which most accounts are one operator's,
    and far more of them than of all accounts, goes over to it whole.
    """
    groups, number = found.groups, found.groups.number
    operators = int(certain.max(initial=-1)) + 1
    if not operators:
        return found
    of = certain[groups.rows]
    shared = np.bincount(groups.group[of >= 0] * operators + of[of >= 0], minlength=number * operators)
    shared = shared.reshape(number, operators)
    whose, most = shared.argmax(axis=1), _most_of_a_group(certain, operators)
    whose = np.where(shared.max(axis=1) > groups.size * most[whose], whose + number, np.arange(number))
    group = np.full(len(certain), -1, dtype=np.int64)
    group[groups.rows] = whose[groups.group]
    group[certain >= 0] = certain[certain >= 0] + number
    rows = np.flatnonzero(group >= 0)
    return with_profiles(found.profiles.accounts, Groups(rows, group[rows], number + operators))


def _most_of_a_group(certain: Ints, operators: int) -> Floats:
    """By operator: the share of a group's accounts from which it is this operator's."""
    return own_from(np.bincount(certain[certain >= 0], minlength=operators) / len(certain))


def own_from(part: Floats) -> Floats:
    """The share from which something is the own of who has a part of all accounts: MOSTLY, and far beyond that part.

    Who has half of all has half of everything.
    """
    odds = np.maximum(BEYOND * part / np.maximum(1 - part, 1e-9), MOSTLY / (1 - MOSTLY))
    own: Floats = odds / (1 + odds)
    return own


def _swept(found: Found, known: Flags, turn: Turn) -> Found:
    groups = found.groups
    near = _joining(found.profiles, known, turn, held=False)
    rows, of = _best(near.some(near.above >= _least(found)[near.of]), groups)
    stays = ~np.isin(groups.rows, rows)
    taken = Groups(np.concatenate([groups.rows[stays], rows]), np.concatenate([groups.group[stays], of]), groups.number)
    return with_profiles(found.profiles.accounts, taken)


def _united(found: Found, known: Flags) -> Found:
    """Known rings of which one's accounts fit the other are one."""
    groups, learnt = found.groups, found.profiles
    near = _joining(learnt, known, SWEPT_FOR_CERTAIN, held=True)
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
    return with_profiles(learnt.accounts, Groups(groups.rows, largest[parts][groups.group], groups.number))


def _joining(learnt: Profiles, known: Flags, turn: Turn, *, held: bool) -> Fitting:
    """Accounts that known rings hold, or all others, and other known rings that they fit."""
    rows, of = _near(learnt, known, 1)
    own = learnt.own[rows]
    looked_at = (own != of) & (((own >= 0) & known[own]) == held)
    return _fitting(learnt, rows[looked_at], of[looked_at], turn)


def with_profiles(accounts: Columns, groups: Groups) -> Found:
    """Groups with the profiles that they have."""
    learnt = profiles(accounts, groups)
    return Found(learnt, learnt.members)


def _trimmed(found: Found) -> Found:
    """Without the members that fit by far less than their ring's others do: strangers with something in common."""
    groups = found.groups
    stays = _above(found.profiles, found.fit, groups.group) >= _least(found)[groups.group]
    return (
        found
        if stays.all()
        else with_profiles(found.profiles.accounts, Groups.large(groups.rows[stays], groups.group[stays]))
    )


def _least(found: Found) -> Floats:
    """By group: the nats above what its size says beforehand that an account of it has."""
    groups = found.groups
    above = _above(found.profiles, found.fit, groups.group)
    order = np.lexsort((above, groups.group))
    middle = np.cumsum(groups.size) - groups.size + groups.size // 2
    median = above[order][np.minimum(middle, len(order) - 1)] if len(order) else np.zeros(groups.number)
    least: Floats = np.maximum(ODDS, PART * median)
    return least


def _above(learnt: Profiles, fit: Fit, of: Ints) -> Floats:
    above: Floats = fit.total - np.log(learnt.accounts.population / np.maximum(learnt.groups.size[of], 1))
    return above


def _fits(learnt: Profiles, fit: Fit, of: Ints, turn: Turn) -> Flags:
    """Which accounts are of the group beside them: by Bayes, a large group is likelier to be met."""
    speaks = fit.nats > SPEAKS
    speaks[NAMING] &= ~(speaks[DOMAIN] & np.isin(fit.link[DOMAIN], PATTERNS))
    fits: Flags = _above(learnt, fit, of) > turn.odds
    aspects, own = speaks.sum(axis=0), speaks[OWN, :].sum(axis=0)
    fits &= (aspects >= ASPECTS_LEAST) & (own >= OWN_LEAST) & (aspects + own >= turn.speaking)
    return fits


def _best(near: Fitting, groups: Groups) -> tuple[Ints, Ints]:
    """Of the pairs that fit, the best one of each account."""
    total = near.uncapped + LARGER * np.log(groups.size[near.of])
    order = np.lexsort((near.of, total, near.rows))
    last = order[np.append(np.diff(near.rows[order]) > 0, True)] if len(order) else order
    return near.rows[last], near.of[last]


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
    leads = looked_at[group] & (held.count >= 2) & (held.count >= SHARE * size[group]) & (held.says > LEAD)
    leads &= everywhere - held.count < max(RARE * accounts.population, 1)
    leads &= everywhere < CROWD[0] * size[group] + CROWD[1]
    rows, number = column.showing(code[leads])
    keys: Ints = np.repeat(group[leads], number) * len(accounts) + rows
    return keys


def by_group(found: Found, values: Floats) -> Floats:
    """The mean of a value of each member, by group."""
    groups = found.groups
    mean: Floats = np.bincount(groups.group, values, minlength=groups.number) / np.maximum(groups.size, 1)
    return mean
