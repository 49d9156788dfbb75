"""One look for rings among accounts: find groups, judge them, sweep for those that are rings, and judge again. Pure.

It is the one definition of a ring: rounds write down what it tells, and the benchmarks measure it.
"""

from dataclasses import dataclass, replace

import numpy as np

from risk.rings.columns import Columns, Flags, Floats, Ints
from risk.rings.detection import SWEPT_FOR_CERTAIN, Found, find, held, sweep, with_profiles
from risk.rings.judging import Judged, institution, judge
from risk.rings.profiles import ASPECTS, Groups
from risk.rings.recalling import Kept, silent
from risk.rings.use.evidence import pools, said
from risk.rings.use.judging import PER_SIZE, SIZED, Seen, Shown, nats, seen, spoken, with_size, with_use
from risk.rings.use.pools import mixed
from risk.rings.vouching import Heard, heard, on_hearing

KNOWN = 0.9  # probability from which a group is swept for, as a ring
SUSPECTED = 0.5  # probability from which a group is told at all
ALIKE, MOSTLY = (
    2.0,
    0.7,
)  # nats that members have in common in use, and the share of them from which a group does the same
# Of all accounts, from which what a pool's signups show is held against what as many show that are drawn by lot. Honest
# people drawn so have 0.4 nats in common where they are 3 % of all accounts, 2.1 where they are 10 % and 7.7 where they
# are 40 %, and others fit them as well (bench/lots.py).
LARGE = 0.05
APART, SURELY = 0.5, 15.0  # nats in common beneath which one does something else, and of its signup that outweigh it


@dataclass(frozen=True, slots=True)
class Beforehand:
    """What is known of accounts before a look, by row.

    `certain`: a number for the operator whose it is by an analyst's word, -1 for none. `said`: how far its label is to
    be trusted, 0 to 1, below 0 where it was found honest and 0 without one (risk.rings.vouching).
    """

    certain: Ints
    said: Floats
    use: Shown | None = None
    kept: Kept | None = None

    @property
    def rings(self) -> int:
        """How many are kept."""
        return 0 if self.kept is None else len(self.kept.nats)

    @property
    def stays(self) -> Flags:
        """By row: who is kept for what it did before."""
        none: Flags = np.zeros(len(self.certain), dtype=bool)
        return none if self.kept is None else (self.kept.ring >= 0) & silent(self.kept, self.use)


@dataclass(frozen=True, slots=True)
class Origin:
    """What brought the accounts of groups together, by group.

    `certain`: an analyst said that one operator runs it; `pooled`: their use did; `kept`: it did so before, and this is
    the number of the ring; -1 for others.
    """

    certain: Flags
    pooled: Flags
    kept: Ints


@dataclass(frozen=True, slots=True)
class Did:
    """What the members of groups did, by group, and how many nats of it count for the group being one operator's.

    Of those that are `recalled` what was said of them before counts. `seen` is None where no use is known any more.
    """

    seen: Seen | None
    nats: Floats
    without: Floats  # probability of a ring by all but this
    recalled: Flags


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a look, by group. Without use and without anything kept of it, no `did`."""

    found: Found
    judged: Judged
    origin: Origin
    heard: Heard
    did: Did | None = None

    @property
    def known(self) -> Flags:
        """By group: surely a ring."""
        known: Flags = (self.judged.score >= KNOWN) | self.origin.certain
        return known

    @property
    def told(self) -> Flags:
        """By group: likely enough a ring to be told."""
        told: Flags = ((self.judged.score >= SUSPECTED) | self.origin.certain) & (self.found.groups.size > 0)
        return told


def nothing(accounts: Columns) -> Beforehand:
    """Nobody is certain of anything, and nothing was reported."""
    return Beforehand(np.full(len(accounts), -1, dtype=np.int64), np.zeros(len(accounts)))


def look(accounts: Columns, known: Beforehand | None = None) -> Looked:
    """Look for rings, by what is known beforehand; None where nothing is."""
    known = known or nothing(accounts)
    return swept(guessed(accounts, known), known)


def guessed(accounts: Columns, known: Beforehand | None = None) -> Looked:
    """The groups that are found, and what they come to, before any is swept for."""
    known = known or nothing(accounts)
    found = find(accounts)
    number, operators = found.groups.number, int(known.certain.max(initial=-1)) + 1
    found = held(found, _with_pools(known, operators))
    kept = np.arange(found.groups.number) - number - operators
    origin = Origin(
        (kept >= -operators) & (kept < 0), kept >= 0, np.where(kept < known.rings, np.maximum(kept, -1), -1)
    )
    return _judged(found, origin, known)


def _with_pools(known: Beforehand, operators: int) -> Ints:
    """By row: whose it is by an analyst's word, after those the ring that it is kept in, then the pool of its use."""
    of, pool = known.certain, pools(known.use) if known.use is not None else np.full(len(known.certain), -1)
    if known.kept is not None:
        ring = known.kept.staying(pool, known.use)
        of = np.where((of < 0) & (ring >= 0), ring + operators, of)
    return np.where((of < 0) & (pool >= 0), pool + operators + known.rings, of)


def swept(looked: Looked, known: Beforehand | None = None) -> Looked:
    """The same after the sweep for those that are surely rings.

    What only use gives away looks like anybody at signup, and takes in nobody by that; nor does a pool that is a large
    part of all accounts, for whatever anybody shows some of its members show too.
    """
    origin = looked.origin
    by_signup = looked.known & ~_large(looked.found, origin.pooled)
    if looked.did is not None:
        by_signup &= looked.did.without >= KNOWN
    found = sweep(sweep(looked.found, by_signup | origin.certain), origin.certain, SWEPT_FOR_CERTAIN)
    known = known or nothing(found.profiles.accounts)
    return _judged(without_strangers(found, known.use, known.stays), origin, known)


def without_strangers(found: Found, use: Shown | None, stays: Flags) -> Found:
    """Of groups whose members do the same, without those who do something else and fit by their signup only so so.

    `stays`, by row: who is kept for what it did before.
    """
    if use is None:
        return found
    groups = found.groups
    alike, used = np.add(*said(use, groups)), use.used[groups.rows]
    same = np.bincount(groups.group[used], alike[used] >= ALIKE, minlength=groups.number)
    one = same >= MOSTLY * np.bincount(groups.group[used], minlength=groups.number)
    strange = used & (alike < APART) & one[groups.group] & (same[groups.group] > 0) & (found.fit.total < SURELY)
    strange &= ~stays[groups.rows]
    if not strange.any():
        return found
    return with_profiles(found.profiles.accounts, Groups(groups.rows[~strange], groups.group[~strange], groups.number))


def _judged(found: Found, origin: Origin, known: Beforehand) -> Looked:
    judged, groups, pooled = judge(found, by_lot(found, _large(found, origin.pooled))), found.groups, origin.pooled
    labels = heard(known.said[groups.rows], groups.group, groups.size)
    score, did = judged.score, None
    if known.use is not None or known.kept is not None:
        shown = None if known.use is None else seen(known.use, groups)
        now = np.zeros(groups.number) if shown is None else spoken(nats(shown, institution(found)), shown, groups.size)
        counted = now if known.kept is None else known.kept.recalled(now, groups, origin.kept, known.use)
        alone = by_signups(score, groups.size, pooled=pooled)
        did = Did(shown, counted, on_hearing(alone, labels.nats), counted > now)
        score = with_use(alone, np.where(pooled, with_size(counted, groups.size), counted))
    return Looked(found, replace(judged, score=on_hearing(score, labels.nats)), origin, labels, did)


def _large(found: Found, pooled: Flags) -> Flags:
    large: Flags = pooled & (found.groups.size >= LARGE * len(found.profiles.accounts))
    return large


def by_lot(found: Found, large: Flags) -> Floats | None:
    """What as many accounts show in common as each of some groups has, drawn by lot of all; 0 for the other groups.

    Aspects by groups, in nats; None where there are none to draw for.
    """
    if not large.any():
        return None
    accounts = found.profiles.accounts
    order = np.argsort(mixed(np.arange(len(accounts))))
    nats = np.zeros((len(ASPECTS), found.groups.number))
    for number in np.flatnonzero(large).tolist():
        drawn = np.sort(order[: found.groups.size[number]])
        alike = with_profiles(accounts, Groups(drawn, np.zeros(len(drawn), dtype=np.int64), 1))
        nats[:, number] = alike.fit.nats.mean(axis=1)
    return nats


def by_signups(score: Floats, size: Ints, *, pooled: Flags) -> Floats:
    """Probabilities of rings by signups alone, where the size of what use brought together says nothing beyond SIZED.

    Else a pool of thousands would be a ring by its number, be swept for by what its signups show, and take in people.
    """
    return with_use(score, np.where(pooled, -PER_SIZE * np.log(np.maximum(size / SIZED, 1.0)), 0.0))
