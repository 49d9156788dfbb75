"""What the use of a group says of its being one operator's: pooled tests, weighed against honest causes. Pure.

Many people use one agent, whose templates they share; many call from one platform, whose exits they share; a vendor's
cloud runs an agent for all its customers; and a firm's people do both together. Each of these has one cause. So the
evidence is weighed once for each cause, without what that cause explains, and the lowest odds count. No cause explains
that accounts are worked as evenly as nobody's are: the group's volumes are held against the population's in a test of
two samples, with the false discovery rate over all groups held.

The weights are set by hand (docs/rings.md#use).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import chi2

from risk.rings.columns import Flags, Floats, Ints, counted
from risk.rings.detection import own_from
from risk.rings.profiles import Groups
from risk.rings.use.habits import Habits
from risk.rings.use.networks import Networks
from risk.rings.use.sharing import in_common
from risk.rings.use.tallies import Common, Incidence
from risk.rings.use.turns import Turns

PRIOR: Final = -1.0  # nats: most groups that do one thing together are nobody's
TEMPLATES, EXITS = 0.8, 0.8  # of each nat
AWAY: Final = (
    1.0  # nats for a group that never calls from where it signed up, and as many against for one that only does
)
# For one that calls from there less than so seldom as people do, and from no host's: nobody leaves home for good.
NEVER, SELDOM, LEAST_HOME = 2.5, 0.1, 0.05
# Of each nat by which members are at home elsewhere than where they signed up: who hands accounts over has customers
# there, whatever relays they call by. It counts as far as no other member signed up there: a firm's people sign up at
# one office and work at another. Of people's accounts at the least so many are, by moving and by carriers.
HANDED, HANDED_USUAL = 0.8, 0.05
UNTOLD_HOME: Final = 0.5  # where nobody's home is known: it speaks neither way
EVEN, EVEN_MOST = 2.5, 4.0
CROWD: Final = 0.55  # how unlike the volumes of people are who do one thing, in standard deviations of all people's
STEADY, STEADY_MOST, STEADY_CROWD = 1.0, 2.0, 0.6
# Of each nat by which members turn on the same days, and of each by which they call at all hours; and how much of that
# is left where one thing is the cause: an agent's release wakes some of its users, and some agents work at night.
TURNED, TURNED_MOST = 0.8, 3.0
SLEEPLESS, SLEEPLESS_USUAL = 0.4, 0.02  # of people's accounts at the least call at all hours
LEFT: Final = 0.5
AGAINST: Final = -2.0
FALSE_DISCOVERIES: Final = 0.01
SIZE, SIZE_OF_NONE, SIZE_MOST = 0.7, 12.0, 0.5
# Of a pool with more members than SIZED, a natural logarithm of them adds PER_SIZE nats to what use says, as to rings
# by signups (risk.rings.judging.SIZE), up to SIZED_MOST: a mean of thousands is no chance. But no more than AS_MUCH
# times what use says: thousands who hardly do the same are many customers of somebody.
SIZED, PER_SIZE, SIZED_MOST, AS_MUCH = 100, 1.2, 4.0, 2.0
UNKNOWN: Final = -4.0  # natural log-odds
OF_MEMBERS: Final = 2.0  # half of the members are enough to speak for all
# For evenness half of those who are used yet: of who was held within days of beginning it is never told. But a tenth of
# all at the least.
OF_ALL: Final = 10.0
AGAINST_MOST: Final = 3.0  # nats that use can speak against a group
LEAST_USERS: Final = 6  # who call, for use to speak for a group
LEAST_TOLD: Final = 4  # members whose habits are told, for a test
PLATFORM_ELSEWHERE: Final = 0.5  # how much of common exits a platform explains where they are no host's
# How much a vendor's cloud explains where its client is anybody's, and where it is its own: not all, since a client
# that hardly anybody else uses can as well be an old release of anybody's.
GENERIC, OWN = 0.7, 0.85
IDLE, IDLE_WEIGHT = 1.0, 1.5  # nats in common, below which members do nothing together, and what that says against it
MOSTLY: Final = 0.7  # of its being an institution: from there on it is one
INSTITUTION: Final = 0.8  # how much an institution explains of what its people ask alike and where they call from


@dataclass(frozen=True, slots=True)
class Shown:
    """What accounts do, by row of the accounts that are looked at."""

    asked: Common
    exits: Common
    clients: Incidence
    networks: Networks
    habits: Habits
    turns: Turns

    @property
    def used(self) -> Flags:
        """By row: whether it called at all."""
        used: Flags = self.habits.windows > 0
        return used


@dataclass(frozen=True, slots=True)
class Seen:
    """What the use of groups shows, by group."""

    users: Ints  # members who call
    templates: Floats  # nats
    exits: Floats  # nats
    home: Floats  # share of windows
    usual_home: float  # what it is of all accounts that call
    local: Floats  # share of windows from networks, no hosts', that other members signed up from
    together: Floats  # how much they call from one network that is no host's
    hosted: Floats  # share of windows
    own_client: Floats  # share of members whose client hardly anybody else uses
    even: Floats  # nats: how much more alike volumes are than a crowd's
    steady: Floats  # nats: how much less they swing from day to day
    handed: Floats  # nats: how much oftener than people they are at home elsewhere than where they signed up
    turned: Floats  # nats: woken, risen, handed over on the same days, and some begun where others ended
    sleepless: Floats  # nats: how much oftener than people's they call at all hours


def seen(of: Shown, groups: Groups) -> Seen:
    """What the use of groups shows."""
    asked, exits, clients, habits = of.asked, of.exits, of.clients, of.habits
    used = habits.windows > 0
    users = _sums(groups, used.astype(np.float64)).astype(np.int64)

    def mean(of_row: Floats, otherwise: float = 0.0) -> Floats:
        known = used & ~np.isnan(of_row)
        count = _sums(groups, known.astype(np.float64))
        return np.where(count > 0, _sums(groups, np.where(known, of_row, 0.0)) / np.maximum(count, 1), otherwise)

    def shared(shown: Common) -> Floats:
        return mean(_spread(groups, in_common(shown, groups, used), len(used)))

    even, steady = _alike(habits, groups)
    told = habits.home[~np.isnan(habits.home)]
    usual = max(float(told.mean()), LEAST_HOME) if len(told) else UNTOLD_HOME
    return Seen(
        users,
        shared(asked),
        shared(exits),
        mean(habits.home, usual),
        usual,
        mean(of.networks.local(groups) / np.maximum(habits.windows, 1)),
        of.networks.together(groups, habits.windows),
        mean(habits.hosted),
        mean(_own(clients, groups, used)),
        even,
        steady,
        _oftener(habits.elsewhere, groups, users, HANDED_USUAL),
        shared(of.turns.together) + of.turns.replaced(groups, used),
        _oftener(habits.sleepless, groups, users, SLEEPLESS_USUAL),
    )


def nats(of: Seen, institution: Floats) -> Floats:
    """What it says, by group, in nats: the least over all causes. `institution` is how much each is one, 0 to 1."""
    templates, exits = TEMPLATES * of.templates, EXITS * of.exits
    here, of_one = np.maximum(of.local, of.together), np.minimum(institution / MOSTLY, 1.0)
    away = AWAY * (1 - 2 * np.maximum(of.home, of.local))
    never = NEVER * np.maximum(1 - np.maximum(of.home, of.local) / (SELDOM * of.usual_home), 0.0) * (1 - of.hosted)
    away, handed = away + never, np.maximum(HANDED * of.handed * (1 - of.local) - never, 0.0)
    even = of.even + of.steady
    turned, awake = np.minimum(TURNED * of.turned, TURNED_MOST), SLEEPLESS * of.sleepless
    vendor = of.hosted * (GENERIC + (OWN - GENERIC) * of.own_client)
    platform = PLATFORM_ELSEWHERE + (1 - PLATFORM_ELSEWHERE) * of.hosted
    one, its = INSTITUTION * np.maximum(of_one, here), INSTITUTION * np.maximum(of_one * of.hosted, here)
    causes = (
        exits + away + handed + even + LEFT * (turned + awake),
        templates + (exits + awake) * (1 - platform) + away * (1 - of.hosted) + handed + even + LEFT * turned,
        (templates + exits + awake) * (1 - vendor) + _less(away, vendor) + handed + even + LEFT * turned,
        templates * (1 - one)
        + exits * (1 - its)
        + _less(away + handed, its)
        + _less(even, one)
        + (turned + awake) * (1 - one),
    )
    apart = np.maximum(IDLE - of.templates - of.exits, 0.0) * IDLE_WEIGHT
    few = np.minimum(SIZE * np.log(np.maximum(of.users, 1) / SIZE_OF_NONE), SIZE_MOST)
    least: Floats = np.minimum.reduce(causes) - apart + few + PRIOR
    return np.where(of.users >= LEAST_TOLD, least, 0.0)


def _less(nats: Floats, explained: Floats) -> Floats:
    """What is left of nats where a share is explained; what speaks against is left whole."""
    return np.where(nats > 0, nats * (1 - explained), nats)


def spoken(told: Floats, of: Seen, size: Ints) -> Floats:
    """Of what use says of groups, in nats, what counts: as far as members called.

    Against a group it counts as far as they call from home as people do, or from hosts, where nobody is at home:
    accounts that were handed over are called from others' homes.
    """
    share = np.minimum(OF_MEMBERS * of.users / np.maximum(size, 1), 1.0)
    least = -AGAINST_MOST * np.minimum(np.maximum(of.home, of.local) / of.usual_home + of.hosted, 1.0)
    few: Flags = of.users < LEAST_USERS
    return np.where(few & (told > 0), 0.0, np.maximum(told, least) * share)


def with_size(told: Floats, size: Ints) -> Floats:
    """What use says of pools, in nats, with what more members than SIZED add where it speaks for one."""
    more = np.minimum(PER_SIZE * np.log(np.maximum(size / SIZED, 1.0)), SIZED_MOST)
    larger: Floats = told + np.clip(more, 0.0, np.maximum(AS_MUCH * told, 0.0))
    return larger


def with_use(score: Floats, nats: Floats) -> Floats:
    """Probabilities of groups after what counts of their use, in nats.

    Strangers in everything at signup can be one operator's, whom only use gives away; so where use speaks for a group,
    its odds at signup are taken for no lower than UNKNOWN.
    """
    bounded = np.clip(score, np.finfo(np.float64).tiny, 1 - np.finfo(np.float64).eps)
    odds = np.log(bounded) - np.log1p(-bounded)
    after = np.where(nats > 0, np.maximum(odds, UNKNOWN), odds) + nats
    told: Floats = np.where(nats == 0, score, 1 / (1 + np.exp(-np.clip(after, -50.0, 50.0))))
    return told


@dataclass(frozen=True, slots=True)
class _Usual:
    """How unlike the volumes of people outside each group are, and how much they swing; by group."""

    deviation: Floats
    swing: Floats

    @classmethod
    def outside(cls, groups: Groups, told: Flags, volume: Floats, swing: Floats) -> "_Usual":
        """A large operator would make its own evenness look usual: so it is left out of what it is held against."""
        others = np.maximum(told.sum() - _sums(groups, told.astype(np.float64)), 1)
        mean, square, swings = ((of.sum() - _sums(groups, of)) / others for of in (volume, volume**2, swing))
        return cls(np.sqrt(np.maximum(square - mean**2, 1e-4)), np.maximum(swings, 1e-2))


def _alike(habits: Habits, groups: Groups) -> tuple[Floats, Floats]:
    """How much more alike the volumes of members are than a crowd's, and how much steadier; in nats."""
    told = habits.told
    volume, swing = np.where(told, habits.volume, 0.0), np.where(told, habits.swing, 0.0)
    usual = _Usual.outside(groups, told, volume, swing)
    count = _sums(groups, told.astype(np.float64))
    mean = _sums(groups, volume) / np.maximum(count, 1)
    squares = _sums(groups, told * (volume - _spread(groups, mean[groups.group], len(told))) ** 2)
    tested = (count >= LEAST_TOLD) & (told.sum() - count >= LEAST_TOLD)
    free = np.maximum(count - 1, 1)
    crowd = CROWD * usual.deviation
    by_chance = np.where(tested, chi2.cdf(squares / crowd**2, free), 1.0)
    passing = by_chance <= _line(by_chance[tested])
    deviation = np.sqrt(np.maximum(squares / free, 1e-4))
    even = np.clip(EVEN * np.log(crowd / deviation), AGAINST, EVEN_MOST)
    swings = np.maximum(_sums(groups, swing) / np.maximum(count, 1), 1e-2)
    steady = np.clip(STEADY * np.log(STEADY_CROWD * usual.swing / swings), -1.0, STEADY_MOST)
    users, stopped = (_sums(groups, of.astype(np.float64)) for of in (habits.windows > 0, habits.stopped))
    weight = np.minimum(OF_MEMBERS * count / np.maximum(users - stopped, 1), 1.0) * tested
    weight *= np.minimum(OF_ALL * count / np.maximum(users, 1), 1.0)
    even, steady = (np.where(passing, nats, np.minimum(nats, 0.0)) * weight for nats in (even, steady))
    return even, steady


def _oftener(does: Floats, groups: Groups, users: Ints, least: float) -> Floats:
    """How much oftener members do something than people outside, in nats; NaN where it is not told.

    `least` is the share of people who do it at the least. One member of those who do is taken to do it by chance.
    """
    told = ~np.isnan(does)
    some = np.where(told, does, 0.0)
    count, theirs = _sums(groups, told.astype(np.float64)), _sums(groups, some)
    usual = np.maximum((some.sum() - theirs) / np.maximum(told.sum() - count, 1), least)
    lift = np.log((np.maximum(theirs - 1, 0.0) + usual) / (count + 1) / usual)
    weight = np.minimum(OF_MEMBERS * count / np.maximum(users, 1), 1.0) * (count >= LEAST_TOLD)
    nats: Floats = np.maximum(lift, 0.0) * weight
    return nats


def _line(chance: Floats) -> float:
    ordered = np.sort(chance)
    passing = np.flatnonzero(ordered * len(ordered) <= FALSE_DISCOVERIES * np.arange(1, len(ordered) + 1))
    return float(ordered[passing[-1]]) if len(passing) else -1.0


def _own(clients: Incidence, groups: Groups, used: Flags) -> Floats:
    """By row: share of its windows that come by a client that is the group's own."""
    of = np.full(len(used), -1, dtype=np.int64)
    of[groups.rows] = groups.group
    group = of[clients.rows]
    count = counted(np.where(group >= 0, group, groups.number) * clients.values + clients.value)
    part = _sums(groups, used.astype(np.float64)) / max(int(used.sum()), 1)
    most = np.append(own_from(part), 1.0)
    own = (group >= 0) & (count >= most[group] * clients.shown[clients.value])
    share: Floats = np.bincount(clients.rows, clients.times * own, minlength=len(used)) / np.maximum(
        clients.total(len(used)), 1
    )
    return share


def _sums(groups: Groups, of_row: Floats) -> Floats:
    return np.bincount(groups.group, of_row[groups.rows], minlength=groups.number).astype(np.float64)


def _spread(groups: Groups, of_member: Floats, accounts: int) -> Floats:
    spread = np.zeros(accounts)
    spread[groups.rows] = of_member
    return spread
