"""Whether a group is one operator's: what its members share, weighed against what honest crowds share. Pure.

Colleagues in one office share an address, a mail domain, imaged laptops and perhaps a card; a campus shares an address
and a domain; a family nearly everything, but it is small. So what people share where they are together (network,
domain, device, card) counts for less the more a group is in one place, unless programs run there. What no crowd shares
counts in full: numbers in one block, invented names of one pattern, parts of devices that do not go together.

The weights are a logistic regression on groups that detection itself brings up in made-up histories, operators' and
honest people's, with the signs held to what is said above. An honest group counts three times in it, and the base is
set back for that. `make bench-ring-weights` fits them and shows what they do on histories that they were not fitted on.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.rings.columns import Floats
from risk.rings.detection import Found, by_group
from risk.rings.links import Aspect
from risk.rings.profiles import ASPECTS, MOST

LEAST_MEMBERS = 6  # a family is smaller
CROWD: Final = (
    Aspect.NETWORK,
    Aspect.DEVICE,
    Aspect.DOMAIN,
    Aspect.NAMING,
    Aspect.CARD,
    Aspect.LOCALE,
    Aspect.TELL,
)  # what people share where they are together

BASE = -9.42
SIZE = 1.02  # a natural logarithm of members
PROGRAMS = 0.69  # the share of members that show what only programs show
WEIGHTS: dict[Aspect, float] = {
    Aspect.NETWORK: 0.06,
    Aspect.DEVICE: 0.2,
    Aspect.DOMAIN: 0.63,
    Aspect.NAMING: 0.7,
    Aspect.PHONE: 1.52,
    Aspect.CARD: 0.9,
    Aspect.LOCALE: 0.24,
    Aspect.FORM: 0.32,
    Aspect.NOVELTY: 0.58,
    Aspect.TELL: 1.02,
}
CROWD_WEIGHTS: dict[Aspect, float] = {
    Aspect.NETWORK: 0.0,
    Aspect.DEVICE: 0.0,
    Aspect.DOMAIN: -1.15,
    Aspect.NAMING: -0.06,
    Aspect.CARD: -1.19,
    Aspect.LOCALE: -0.08,
    Aspect.TELL: -0.32,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What groups come to. `score` is the probability that one operator runs the group, 0 to 1.

    `confidence` is 1 less how far the score falls when every aspect is taken a standard error lower, so a ring that
    hangs on a few members is held with less of it.
    """

    score: Floats
    confidence: Floats
    nats: Floats  # aspects (in the order of ASPECTS) by groups: the mean of the members


def judge(found: Found) -> Judged:
    """Weigh every group that was found."""
    size = found.groups.size
    program = by_group(found, found.profiles.accounts.program[found.groups.rows].astype(np.float64))
    nats = np.array([by_group(found, line) for line in found.fit.nats]).reshape(len(ASPECTS), -1)
    squares = np.array([by_group(found, line**2) for line in found.fit.nats]).reshape(len(ASPECTS), -1)
    error = np.sqrt(np.maximum(squares - nats**2, 0.0) / np.maximum(size - 1, 1))
    score = probability(features(nats, size, program))
    low = probability(features(nats - error, size, program))
    large = size >= LEAST_MEMBERS
    return Judged(np.where(large, score, 0.0), 1 - np.maximum(score - low, 0.0), nats)


def features(nats: Floats, size: NDArray[np.int64], program: Floats) -> Floats:
    """What the weights are of, groups by features: aspects, programs, size, then what a crowd explains of aspects."""
    clipped = np.clip(nats, 0.0, MOST)
    place = {aspect: number for number, aspect in enumerate(ASPECTS)}
    together = clipped[place[Aspect.NETWORK]] / MOST * (1 - program)
    crowd = [together * clipped[place[aspect]] for aspect in CROWD]
    return np.stack([*clipped, program, np.log(np.maximum(size, 1)), *crowd], axis=1)


def weights() -> Floats:
    """The weights in the order of the features."""
    crowd = [CROWD_WEIGHTS[aspect] for aspect in CROWD]
    return np.array([*(WEIGHTS[aspect] for aspect in ASPECTS), PROGRAMS, SIZE, *crowd])


def probability(of: Floats) -> Floats:
    """The probability of features, 0 to 1."""
    odds = np.clip(of @ weights() + BASE, -50.0, 50.0)
    chance: Floats = 1 / (1 + np.exp(-odds))
    return chance


def percent(score: float) -> float:
    """A probability as a score of 0 to 100, never rounded up to certainty."""
    return math.floor(min(score, 0.9999) * 10_000) / 100
