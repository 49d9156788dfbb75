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

from risk.rings.columns import ALWAYS_LOOKED_AT, Columns, Flags, Floats, Ints
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

    def of(self, groups: Ints, codes: Ints) -> tuple[Ints, Floats]:
        """How many accounts of each group show each code, and how common it is where these stand."""
        if not len(self.key):
            return np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes))
        keys = groups * self.width + codes
        place = np.minimum(np.searchsorted(self.key, keys), len(self.key) - 1)
        shows = (self.key[place] == keys) & (codes >= 0)
        return np.where(shows, self.count[place], 0), np.where(shows, self.common[place], 0.0)


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


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of groups among all accounts."""

    accounts: Columns
    groups: Groups
    held: Mapping[Link, Held]
    reuse: Mapping[Link, Floats]  # by group
    own: Ints  # by row: the group that it is in, -1 for none

    def fit(self, rows: Ints, groups: Ints) -> Fit:
        """How well each account fits the group beside it. An account is not compared with itself."""
        nats, told = np.zeros((len(ASPECTS), len(rows))), np.zeros((len(ASPECTS), len(rows)), dtype=np.int64)
        for place, aspect in enumerate(ASPECTS):
            best = np.full(len(rows), -np.inf)
            for link in EVIDENCE[aspect]:
                has, ratio = _ratio(self.accounts, self.held[link], self.own, link, (rows, groups))
                reuse = self.reuse[link][groups]
                value = np.where(has, np.maximum(np.log(1 - reuse + reuse * ratio), LEAST), -np.inf)
                told[place] = np.where(value > best, int(link), told[place])
                best = np.maximum(best, value)
            best = np.where(np.isfinite(best), best, 0.0)
            nats[place] = best
        nats[NAMING] *= np.where(np.isin(told[DOMAIN], PATTERNS) & (nats[NAMING] > 0), AGAIN, 1.0)
        return Fit(np.minimum(nats, MOST), told, nats.sum(axis=0))


def profiles(accounts: Columns, groups: Groups) -> Profiles:
    """Learn the profile of each group."""
    own = np.full(len(accounts), -1, dtype=np.int64)
    own[groups.rows] = groups.group
    held: dict[Link, Held] = {}
    reuse: dict[Link, Floats] = {}
    for links in EVIDENCE.values():
        for link in links:
            held[link] = _held(accounts, groups, link)
            has, ratio = _ratio(accounts, held[link], own, link, (groups.rows, groups.group))
            reuse[link] = _reuse(groups.group[has], ratio[has], held[link].shown)
    return Profiles(accounts, groups, held, reuse, own)


def _held(accounts: Columns, groups: Groups, link: Link) -> Held:
    column = accounts.of[link]
    codes, width = column.code[groups.rows], column.size + 1
    has = codes >= 0
    key, place, count = np.unique(groups.group[has] * width + codes[has], return_inverse=True, return_counts=True)
    here = column.common(groups.rows[has], without=count[place])
    common = np.bincount(place, here, minlength=len(key)) / np.maximum(count, 1)
    looked_at = groups.group if link in ALWAYS_LOOKED_AT else groups.group[has]
    return Held(key, count.astype(np.int64), common, width, np.bincount(looked_at, minlength=groups.number))


def _ratio(accounts: Columns, held: Held, own: Ints, link: Link, pairs: tuple[Ints, Ints]) -> tuple[Flags, Floats]:
    """Which accounts show anything, and how much commoner their value is among the group's others than among people."""
    rows, groups = pairs
    column = accounts.of[link]
    codes = column.code[rows]
    in_group, common = held.of(groups, codes)
    mine = own[rows] == groups
    others = np.maximum(in_group - mine - CHANCE, 0.0) / np.maximum(held.shown[groups] - mine, 1)
    return codes >= 0, np.minimum(others / np.maximum(column.common(rows, without=in_group), common), RATIO_MOST)


def _reuse(groups: Ints, ratio: Floats, shown: Ints) -> Floats:
    reuse = np.full(len(shown), FIRST_REUSE)
    for _ in range(ROUNDS):
        reused = reuse[groups] * ratio
        belief = reused / np.maximum(reused + 1 - reuse[groups], 1e-12)
        reuse = np.bincount(groups, belief, minlength=len(shown)) / (shown + DOUBT)
    return reuse
