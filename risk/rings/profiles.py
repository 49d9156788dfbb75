"""What a ring's accounts look like, learnt from the ring itself, and how well an account fits. Pure.

For each link an operator reuses some values and draws the rest as people do. How often he reuses (`reuse`, 0 to 1) is
learnt for each ring and link by EM on its own accounts, so that one who changes devices and one who changes networks
are both met where they are lazy. An account that shows a value of the ring then counts

    ln(1 - reuse + reuse * share among the ring's others / share among people)

nats for being the operator's, and one that shows another value ln(1 - reuse). The links of an aspect see the same
thing: the most telling one counts. What is missing counts nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from risk.rings.columns import ALWAYS_LOOKED_AT, Column, Columns, Flags, Floats, Ints, runs
from risk.rings.links import EVIDENCE, Aspect, Link

ASPECTS = tuple(EVIDENCE)
DOMAIN, NAMING = ASPECTS.index(Aspect.DOMAIN), ASPECTS.index(Aspect.NAMING)
PATTERNS = (Link.SHAPE, Link.STEM)  # who shares one of these at a domain mostly shares the way of naming too,
AGAIN = 0.2  # so that this says little more then
MOST, LEAST = 6.0, -1.5  # nats that one aspect can speak for, and against
RATIO_MOST = np.exp(9.0)
ROUNDS = 12  # of EM, which has settled by then
FIRST_REUSE = 0.3
DOUBT = 2.0  # accounts' worth of no reuse that each ring starts with: few accounts claim little
LARGE = 4  # accounts of what is looked at further; how many make a ring is for the judging (risk.rings.judging)
CHANCE = 0.6  # of an account that shows the same: two who meet by chance are no habit


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows and the group that each is in, groups numbered from 0."""

    rows: Ints
    group: Ints
    number: int

    @property
    def size(self) -> Ints:
        """Accounts in each group."""
        return np.bincount(self.group, minlength=self.number)

    @classmethod
    def large(cls, rows: Ints, group: Ints) -> "Groups":
        """Rows and their groups, of which those that are large enough are looked at further, numbered anew."""
        large = np.bincount(group)[group] >= LARGE if len(group) else np.zeros(0, dtype=bool)
        numbers, group = np.unique(group[large], return_inverse=True)
        return cls(rows[large], group.astype(np.int64), len(numbers))


@dataclass(frozen=True, slots=True)
class Held:
    """The values of one link that groups show: `key` is group * width + value, sorted; `count` by how many accounts.

    `common` is how often people show the value where the group's accounts stand. A locale of Spain says nothing of an
    operator in Spain, and so nothing of a Spaniard elsewhere.
    """

    key: Ints
    count: Ints
    common: Floats
    width: int
    shown: Ints  # by group: accounts that show anything
    says: Floats  # nats that the value says at most of somebody else who shows it
    met: Flags  # by value, and once more for none: whether any group shows it

    def of(self, groups: Ints, codes: Ints) -> tuple[Ints, Floats]:
        """How many accounts of each group show each code, and how common it is where these stand."""
        count, common = np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes))
        asked = np.flatnonzero(self.met[codes])
        if not len(asked):
            return count, common
        found = runs(groups[asked].astype(np.int64) * self.width + codes[asked])
        place = np.minimum(np.searchsorted(self.key, found.keys), len(self.key) - 1)
        place = found.by_place(np.where(self.key[place] == found.keys, place, -1))
        shown = place >= 0
        asked, place = asked[shown], place[shown]
        count[asked], common[asked] = self.count[place], self.common[place]
        return count, common

    def some(self, keep: Flags, numbers: Ints) -> "Held":
        """Of the groups that are kept, under their new numbers."""
        group = self.key // self.width
        kept = keep[group]
        key = self.key[kept] + (numbers[group[kept]] - group[kept]) * self.width
        met = np.zeros(self.width, dtype=bool)
        met[key % self.width] = True
        return Held(key, self.count[kept], self.common[kept], self.width, self.shown[keep], self.says[kept], met)


@dataclass(frozen=True, slots=True)
class Fit:
    """How pairs of account and group fit: nats by aspect (in the order of ASPECTS), and the link that told most."""

    nats: Floats  # aspects by pairs
    link: Ints  # aspects by pairs
    uncapped: Floats  # by pairs: the sum with no cap on what an aspect can say, to choose between two that fit

    @property
    def total(self) -> Floats:
        """Nats of each pair."""
        total: Floats = self.nats.sum(axis=0)
        return total

    def some(self, places: Ints | Flags) -> "Fit":
        """Of some of the pairs."""
        return Fit(self.nats[:, places], self.link[:, places], self.uncapped[places])


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of groups among all accounts."""

    accounts: Columns
    groups: Groups
    held: Mapping[Link, Held]
    reuse: Mapping[Link, Floats]  # by group
    own: Ints  # by row: the group that it is in, -1 for none
    members: Fit  # how each of the groups' accounts fits its own

    def fit(self, rows: Ints, groups: Ints) -> Fit:
        """How well each account fits the group beside it. An account is not compared with itself."""
        return _told({link: self._value(link, rows, groups) for link in self.held}, len(rows))

    def some(self, keep: Flags) -> "Profiles":
        """Of the groups that are kept, numbered anew."""
        numbers = np.where(keep, np.cumsum(keep) - 1, -1)
        kept = keep[self.groups.group]
        groups = Groups(self.groups.rows[kept], numbers[self.groups.group[kept]], int(keep.sum()))
        own = np.where(self.own >= 0, numbers[self.own], -1)
        held = {link: held.some(keep, numbers) for link, held in self.held.items()}
        reuse = {link: reuse[keep] for link, reuse in self.reuse.items()}
        return Profiles(self.accounts, groups, held, reuse, own, self.members.some(kept))

    def _value(self, link: Link, rows: Ints, groups: Ints) -> Floats:
        """What one link says of each pair, in nats; infinitely little where nothing was shown."""
        column, held, reuse = self.accounts.of[link], self.held[link], self.reuse[link]
        codes = column.code[rows]
        in_group, common = held.of(groups, codes)
        value = np.where(codes >= 0, _nats(reuse, np.zeros(len(reuse)))[groups], -np.inf)
        some = np.flatnonzero(in_group > 0)
        rows, groups, in_group = rows[some], groups[some], in_group[some]
        mine = self.own[rows] == groups
        others = np.maximum(in_group - mine - CHANCE, 0.0) / np.maximum(held.shown[groups] - mine, 1)
        here = column.common(rows, without=in_group)
        value[some] = _nats(reuse[groups], np.minimum(others / np.maximum(here, common[some]), RATIO_MOST))
        return value


def profiles(accounts: Columns, groups: Groups) -> Profiles:
    """Learn the profile of each group."""
    own = np.full(len(accounts), -1, dtype=np.int64)
    own[groups.rows] = groups.group
    held: dict[Link, Held] = {}
    reuse: dict[Link, Floats] = {}
    value: dict[Link, Floats] = {}
    for links in EVIDENCE.values():
        for link in links:
            held[link], reuse[link], value[link] = _learnt(accounts.of[link], groups, link)
    return Profiles(accounts, groups, held, reuse, own, _told(value, len(groups.rows)))


def _told(value: Mapping[Link, Floats], pairs: int) -> Fit:
    """What the links say together, of each aspect the one that says most."""
    nats, told = np.zeros((len(ASPECTS), pairs)), np.zeros((len(ASPECTS), pairs), dtype=np.int8)
    for place, aspect in enumerate(ASPECTS):
        best = np.full(pairs, -np.inf)
        for link in EVIDENCE[aspect]:
            told[place] = np.where(value[link] > best, int(link), told[place])
            best = np.maximum(best, value[link])
        nats[place] = np.where(np.isfinite(best), best, 0.0)
    nats[NAMING] *= np.where(np.isin(told[DOMAIN], PATTERNS) & (nats[NAMING] > 0), AGAIN, 1.0)
    return Fit(np.minimum(nats, MOST), told, nats.sum(axis=0))


def _learnt(column: Column, groups: Groups, link: Link) -> tuple[Held, Floats, Floats]:
    """What groups show of one link, how often each reuses a value, and what that says of each member, in nats."""
    codes, width = column.code[groups.rows], column.size + 1
    has = np.flatnonzero(codes >= 0)
    rows, group = groups.rows[has], groups.group[has]
    found = runs(group.astype(np.int64) * width + codes[has])
    in_group = found.by_place(found.count)
    here = column.common(rows, without=in_group)
    common = np.add.reduceat(here[found.places], found.starts) / found.count if len(has) else np.empty(0)
    shown = np.bincount(groups.group if link in ALWAYS_LOOKED_AT else group, minlength=groups.number)
    others = np.maximum(in_group - 1 - CHANCE, 0.0) / np.maximum(shown[group] - 1, 1)
    ratio = np.minimum(others / np.maximum(here, found.by_place(common)), RATIO_MOST)
    reuse = _reuse(group, ratio, shown)
    value = np.full(len(codes), -np.inf)
    value[has] = _nats(reuse[group], ratio)
    of, shares = found.keys // width, np.maximum(found.count - CHANCE, 0.0)
    says = _nats(reuse[of], np.minimum(shares / np.maximum(shown[of], 1) / common, RATIO_MOST))
    met = np.zeros(width, dtype=bool)
    met[found.keys % width] = True
    return Held(found.keys, found.count, common, width, shown, says, met), reuse, value


def _nats(reuse: Floats, ratio: Floats) -> Floats:
    nats: Floats = np.maximum(np.log(1 - reuse + reuse * ratio), LEAST)
    return nats


def _reuse(groups: Ints, ratio: Floats, shown: Ints) -> Floats:
    shared = ratio > 0  # what no other shows tells of no habit
    groups, ratio = groups[shared], ratio[shared]
    reuse = np.full(len(shown), FIRST_REUSE)
    for _ in range(ROUNDS):
        reused = reuse[groups] * ratio
        belief = reused / np.maximum(reused + 1 - reuse[groups], 1e-12)
        reuse = np.bincount(groups, belief, minlength=len(shown)) / (shown + DOUBT)
    return reuse
