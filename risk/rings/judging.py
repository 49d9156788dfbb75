"""Whether a group is one operator's: what its members share, weighed against what honest crowds share. Pure.

Colleagues share an address, a mail domain, imaged laptops and perhaps a card; a campus its networks and a domain;
people who came from one country to another a bank and a shop's SIM cards; a family nearly everything, but it is small.
People with one uncommon model or browser share all that a device shows, and nothing else. Families that look alike
share nearly everything too, each with itself. Each of these crowds has one cause: an institution (one place, one
organisation, one image of devices), a community, a make, or families. So a group is weighed once for each, without what
that cause explains, and the lowest odds count: an operator is the better explanation than each honest one. Proxies are
many places, mailboxes at a provider are no organisation, and a domain whose people never meet is none either. Forms
filled in alike, devices of parts that do not go together and traces of programs no crowd explains.

The weights were set by hand, and tried on made-up histories that nobody who set them had seen: what is learnt from one
simulator's crowds accuses another's (docs/detection.md).
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from risk.rings.columns import Columns, Flags, Floats, Ints, runs
from risk.rings.detection import Found, by_group
from risk.rings.links import EVIDENCE, Aspect, Link
from risk.rings.profiles import ASPECTS, MOST
from risk.rings.tells import TELLS

HOSTED = TELLS.index("network_hosting")
LEAST_MEMBERS = 10  # a family is smaller, and so are two that look alike
# Members at most who show the same, where they are of one house, of which several came together; and nats from which
# something ties two of them.
FAMILY, TIES = 5, 3.0
DOMAIN, NETWORK, DEVICE = (ASPECTS.index(aspect) for aspect in (Aspect.DOMAIN, Aspect.NETWORK, Aspect.DEVICE))
TELLING = 2.5  # nats from which a domain is an organisation's: less is a provider that the lists do not know
HOUSED, MOSTLY_THERE = 3, 0.5  # members of one domain, and the share of them who come from one network
MEETING = 3.0  # nats of networks and devices from which members of one domain surely meet

BASE = -7.25
SIZE = 0.7  # a natural logarithm of members
PROGRAMS = 1.0  # the share of members that show what only programs show
WEIGHTS: dict[Aspect, float] = {
    Aspect.NETWORK: 0.5,
    Aspect.DEVICE: 0.6,
    Aspect.DOMAIN: 0.6,
    Aspect.NAMING: 0.6,
    Aspect.PHONE: 1.0,
    Aspect.CARD: 0.7,
    Aspect.LOCALE: 0.3,
    Aspect.FORM: 0.8,
    Aspect.NOVELTY: 0.8,
    Aspect.TELL: 0.9,
    Aspect.RHYTHM: 0.4,
}
# What honest crowds share, and how much of it their being one explains, 0 to 1: in one place, and of one organisation,
# of which few hand out phones and cards.
PLACE: dict[Aspect, float] = {
    **dict.fromkeys((Aspect.NETWORK, Aspect.DEVICE, Aspect.LOCALE, Aspect.RHYTHM), 1.0),
    Aspect.CARD: 0.5,
}
ORGANISATION: dict[Aspect, float] = {
    **dict.fromkeys((Aspect.NETWORK, Aspect.DEVICE, Aspect.DOMAIN, Aspect.NAMING, Aspect.LOCALE), 1.0),
    **dict.fromkeys((Aspect.RHYTHM, Aspect.TELL), 1.0),
    **dict.fromkeys((Aspect.PHONE, Aspect.CARD), 0.8),
}
# What people share who came from one country to another, buy SIM cards in one shop and have cards of one bank.
COMMUNITY = frozenset({Aspect.PHONE, Aspect.CARD, Aspect.LOCALE})
FOREIGN = 1.5  # nats of locale from which they surely came from elsewhere
COMMUNITY_CAUSE = 1  # its place on the first axis of features: what it explains is nobody's doing
# A browser that resists fingerprinting gives all its people one language and one clock too, and a model that signals
# do not know shows all of them the same oddity: of tells those count that are of how the device is built.
MAKE = frozenset({Aspect.DEVICE, Aspect.NOVELTY, Aspect.LOCALE, Aspect.TELL})
OF_DEVICES = ("device_", "hints_")
MADE = 4.0  # nats of common parts of devices from which they surely are of one make
ONES_OWN = (Link.DEVICE, Link.VISITOR)  # what tells one device from others of its make
# What is somebody's own doing. Customers of one bank and one carrier have nothing of it in common.
CONDUCT = [
    ASPECTS.index(aspect)
    for aspect in (Aspect.DEVICE, Aspect.DOMAIN, Aspect.NAMING, Aspect.FORM, Aspect.NOVELTY, Aspect.TELL)
]
CONDUCT_LEAST, CONDUCT_WEIGHT = 2.5, 2.0  # nats of all of it at which a group is half a ring, and how fast that turns


@dataclass(frozen=True, slots=True)
class Judged:
    """What groups come to. `score` is the probability that one operator runs the group, 0 to 1.

    `confidence` is 1 less how far the score falls when every aspect is taken a standard error lower, so a ring that
    hangs on a few members is held with less of it.
    """

    score: Floats
    confidence: Floats
    nats: Floats  # aspects (in the order of ASPECTS) by groups: the mean of the members


@dataclass(frozen=True, slots=True)
class Shown:
    """What a group is judged by, by group: `nats` is aspects by groups; shares are 0 to 1."""

    nats: Floats
    size: Ints
    program: Floats  # share of members that show what only programs show
    place: Floats  # how much the group is in one place
    hosted: Floats  # share of members who come from hosts' addresses, where nobody's office is
    organised: Floats  # how much it is of one organisation
    imaged: Floats  # how much its devices are one, as a roll-out's or a shop's are
    made: Floats  # how much they are of one make: they share what a model or a browser shows
    built: Floats  # share of members of whose tells the rarest is of how the device is built
    kin: Floats  # aspects by groups: share of the nats by what no more members show than a family has


def judge(found: Found, chance: Floats | None = None) -> Judged:
    """Weigh every group that was found.

    `chance` is what of the nats chance explains, aspects by groups; None for nothing.
    """
    seen = shown(found)
    squares = np.array([by_group(found, line**2) for line in found.fit.nats]).reshape(len(ASPECTS), -1)
    error = np.sqrt(np.maximum(squares - seen.nats**2, 0.0) / np.maximum(seen.size - 1, 1))
    seen = replace(seen, nats=seen.nats - (0.0 if chance is None else np.maximum(chance, 0.0)))
    score = probability(features(seen))
    low = probability(features(replace(seen, nats=seen.nats - error)))
    large = seen.size >= LEAST_MEMBERS
    return Judged(np.where(large, score, 0.0), 1 - np.maximum(score - low, 0.0), seen.nats)


def shown(found: Found) -> Shown:
    """What each group shows."""
    accounts = found.profiles.accounts
    return Shown(
        np.array([by_group(found, line) for line in found.fit.nats]).reshape(len(ASPECTS), -1),
        found.groups.size,
        by_group(found, accounts.program[found.groups.rows].astype(np.float64)),
        alike(found, Link.NETWORK),
        by_group(found, _hosted(accounts)[found.groups.rows]),
        _organised(found),
        alike(found, Link.PRINT),
        _made(found),
        by_group(found, _built(accounts)[found.groups.rows]),
        _kin(found),
    )


def institution(found: Found) -> Floats:
    """By group: how much it is an institution, in one place that is no host's or of one organisation, 0 to 1."""
    hosted = by_group(found, _hosted(found.profiles.accounts)[found.groups.rows])
    return np.maximum(alike(found, Link.NETWORK) * (1 - hosted), _organised(found))


def _made(found: Found) -> Floats:
    nats = np.maximum(found.fit.nats[DEVICE], 0.0) * ~np.isin(found.fit.link[DEVICE], ONES_OWN)
    made: Floats = np.clip(by_group(found, nats) / MADE, 0.0, 1.0)
    return made


def _built(accounts: Columns) -> Floats:
    """By row: whether the rarest thing that signals found is of the device, which all of its make show."""
    tell = accounts.of[Link.TELL]
    of_devices = np.array([TELLS[number].startswith(OF_DEVICES) for number in tell.values.tolist()], dtype=bool)
    built: Floats = np.append(of_devices, False)[tell.code].astype(np.float64)
    return built


def _kin(found: Found) -> Floats:
    """Aspects by groups: how much of what speaks for members is shown by no more of them than a family has.

    Only of members whom all such things together tie to no more others than that: what an operator reuses, each time
    for a few of his accounts, goes across.
    """
    few, tied = _few(found)
    members = len(found.groups.rows)
    ties = coo_array((np.ones(tied.shape[1]), tied), shape=(members, members))
    house = connected_components(ties, directed=False)[1]
    few &= np.bincount(house, minlength=1)[house] <= FAMILY
    speaks = np.maximum(found.fit.nats, 0.0)
    of_all, of_few = (np.array([by_group(found, line) for line in nats]) for nats in (speaks, speaks * few))
    kin: Floats = (of_few / np.maximum(of_all, 1e-9)).reshape(len(ASPECTS), -1)
    return kin


def _few(found: Found) -> tuple[Flags, Ints]:
    """Aspects by members: whom by it no more show the same than a family has; and pairs of members who that ties."""
    accounts, groups, fit = found.profiles.accounts, found.groups, found.fit
    few = np.zeros((len(ASPECTS), len(groups.rows)), dtype=bool)
    tied = [np.zeros((2, 0), dtype=np.int64)]
    for place, aspect in enumerate(ASPECTS):
        for link in EVIDENCE[aspect]:
            told = np.flatnonzero((fit.link[place] == link) & (fit.nats[place] > 0))
            column = accounts.of[link]
            shown = runs(groups.group[told] * (column.size + 1) + column.code[groups.rows[told]] + 1)
            few[place, told] = of_few = shown.by_place(shown.count <= FAMILY)
            one_after_other, same = told[shown.places], np.repeat(np.arange(len(shown.keys)), shown.count)
            ties = (of_few & (fit.nats[place, told] > TIES))[shown.places]
            follows = (same[1:] == same[:-1]) & ties[1:]
            tied.append(np.stack([one_after_other[:-1][follows], one_after_other[1:][follows]]))
    return few, np.concatenate(tied, axis=1)


def _hosted(accounts: Columns) -> Floats:
    """By row: whether somebody comes from a host's address, and by no VPN that is known."""
    served = accounts.of[Link.SERVED]
    hosted: Floats = np.append(served.values == HOSTED, False)[served.code].astype(np.float64)
    return hosted


def alike(found: Found, link: Link) -> Floats:
    """By group: how likely two members that show anything show the same (E. Simpson, Nature 163, 1949), 0 to 1."""
    held, number = found.profiles.held[link], found.groups.number
    pairs = np.bincount(held.key // held.width, held.count * (held.count - 1), minlength=number)
    all_pairs = np.bincount(held.key // held.width, held.count, minlength=number)
    alike: Floats = pairs / np.maximum(all_pairs * (all_pairs - 1), 1)
    return alike


def _organised(found: Found) -> Floats:
    """By group: how much it is organisations: the share of members with mailboxes at one domain, no provider's.

    Several may have come together by what firms have in common; one that is seen in a place of its own counts besides
    the largest. Only as far as the domain tells, and as members are seen in common places or on common devices too: who
    is of one organisation somewhere meets, and a domain that was bought for accounts brings together nobody.
    """
    held, number = found.profiles.held[Link.DOMAIN], found.groups.number
    nats = np.maximum(found.fit.nats, 0.0)
    nats[DEVICE] *= found.fit.link[DEVICE] != Link.AGENT  # a browser's version is no common device
    domain, network, device = (by_group(found, nats[place]) for place in (DOMAIN, NETWORK, DEVICE))
    met = np.clip((network + device) / MEETING, 0.0, 1.0)
    largest = np.zeros(number)
    np.maximum.at(largest, held.key // held.width, held.count)
    of_one = np.maximum(largest, np.bincount(held.key // held.width, held.count * _housed(found), minlength=number))
    organised: Floats = of_one / np.maximum(found.groups.size, 1) * np.clip(domain / TELLING, 0.0, 1.0) * met
    return organised


def _housed(found: Found) -> Flags:
    """By group and domain, as the domains are held: whether its members come from one network, which is no host's."""
    accounts, groups = found.profiles.accounts, found.groups
    held, network = found.profiles.held[Link.DOMAIN], accounts.of[Link.NETWORK]
    domain, place = accounts.of[Link.DOMAIN].code[groups.rows], network.code[groups.rows]
    seen = np.flatnonzero((domain >= 0) & (place >= 0))
    at = np.searchsorted(held.key, groups.group[seen] * held.width + domain[seen])
    there = runs(at * (network.size + 1) + place[seen])
    most = np.zeros(len(held.key))
    np.maximum.at(most, there.keys // (network.size + 1), there.count)
    hosted = np.bincount(at, _hosted(accounts)[groups.rows[seen]], minlength=len(held.key))
    housed: Flags = (held.count >= HOUSED) & (most >= held.count * MOSTLY_THERE) & (hosted < most * MOSTLY_THERE)
    return housed


def features(seen: Shown) -> Floats:
    """What the weights are of: aspects less what one cause explains of them, programs, size.

    The first axis is of causes: being an institution, a community, of one make, or families. An honest crowd has one.
    """
    clipped = np.clip(seen.nats, 0.0, MOST)
    institution = [line * (1 - explained(seen, aspect)) for aspect, line in zip(ASPECTS, clipped, strict=True)]
    foreign = np.clip(clipped[ASPECTS.index(Aspect.LOCALE)] / FOREIGN, 0.0, 1.0)
    community = [line * (1 - foreign * (aspect in COMMUNITY)) for aspect, line in zip(ASPECTS, clipped, strict=True)]
    built = {Aspect.TELL: seen.built}
    make = [
        line * (1 - seen.made * (aspect in MAKE) * built.get(aspect, 1.0))
        for aspect, line in zip(ASPECTS, clipped, strict=True)
    ]
    families = [line * (1 - kin) for line, kin in zip(clipped, seen.kin, strict=True)]
    other = [seen.program, np.log(np.maximum(seen.size, 1))]
    return np.stack([np.stack([*lines, *other], axis=1) for lines in (institution, community, make, families)])


def explained(seen: Shown, aspect: Aspect) -> Floats:
    """By group: how much of an aspect an institution would share too, 0 to 1."""
    met = 1 - seen.hosted * (aspect is not Aspect.CARD)
    by = (
        seen.place * PLACE.get(aspect, 0.0) * met,
        seen.organised * ORGANISATION.get(aspect, 0.0) * (1 - seen.program * (aspect is Aspect.TELL)),
        seen.imaged * (aspect is Aspect.DEVICE),
    )
    most: Floats = np.maximum.reduce(by)
    return most


def weights() -> Floats:
    """The weights in the order of the features."""
    return np.array([*(WEIGHTS[aspect] for aspect in ASPECTS), PROGRAMS, SIZE])


def probability(of: Floats) -> Floats:
    """The probability of features, 0 to 1: an operator is the better explanation than each honest one."""
    odds = (of @ weights() + BASE).min(axis=0)
    conduct = of[COMMUNITY_CAUSE][:, CONDUCT].sum(axis=1)
    return _chance(odds) * _chance(CONDUCT_WEIGHT * (conduct - CONDUCT_LEAST))


def _chance(odds: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-np.clip(odds, -50.0, 50.0)))
    return chance


def percent(score: float) -> float:
    """A probability as a score of 0 to 100, never rounded up to certainty."""
    return math.floor(min(score, 0.9999) * 10_000) / 100
