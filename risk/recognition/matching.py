"""Which of the devices on record a print belongs to, if any: graded, with how sure that is.

The method is Fellegi and Sunter's (A Theory for Record Linkage, 1969): each component adds the logarithm of how much
likelier its agreement or disagreement is if it is the same device. m, that it agrees on the same device, falls with the
days gone by; u, that it agrees by chance, is its share in traffic. What that comes to is set against the chance that
it is somebody new who happens to look the same, and against every other candidate, so that two candidates alike, or one
print that many have, leave nobody sure.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from risk.recognition.components import CAUSES, COMPONENTS, NEVER_OTHER, TOUCHED, Print
from risk.recognition.rarity import Rarity, beyond

# Below it, nobody is known again; on computers and on handsets, whose makers' models leave more to chance.
SURE = (0.7, 0.9)
RETURNING = 0.5  # share of sightings that are of a device on record, before anything is compared: not known
NEWCOMERS = 1000  # devices' worth of people who could come and are not on record yet
UNSEEN_RATE = 0.01  # changes a day in what only the visitor id sees, after FP-STALKER's user agents and plug-ins
RELEASE_DAYS = 14.0  # browsers do not come out quicker than this
CHANGES_MOST = 8  # beyond it, no story makes it likely, and none is looked for
DAYS_MOST = 1000  # beyond it, all that can drift has
LEAP_WEIGHT = -3.0  # nats, for a version that is further on than the days allow
COMMON_CAP = 64


class Known(StrEnum):
    """What came of looking for the device."""

    EXACT = "exact"
    NEAR = "near"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A device on record. `number` is whatever the caller knows it by; `days` have passed since it was last seen.

    They are below 0 where the sighting is of before.
    """

    number: int
    known: Print
    days: float


@dataclass(frozen=True, slots=True)
class Match:
    """The answer: how it was known, as which candidate, how sure, and how many others are to show the same print.

    `confidence` is the probability of the best candidate, known again or not: of a new device it says how near one
    came. It and `common` are None where there was only a visitor id to go by.
    """

    how: Known | None  # None where nobody could be asked
    number: int | None = None
    confidence: float | None = None
    common: int | None = None


NOT_ASKED = Match(None)


def match(seen: Print, candidates: Sequence[Candidate], rarity: Rarity) -> Match:
    """The candidate that a print belongs to, or that it is a new device."""
    if not seen.telling:
        return _by_id(seen, candidates)
    odds = [(_odds(seen, candidate, rarity), candidate) for candidate in candidates]
    total = math.fsum(share for share, _ in odds) + 1 - RETURNING
    best, candidate = max(odds, key=lambda pair: pair[0], default=(0.0, None))
    confidence = best / total
    if candidate is None or confidence < SURE[seen.handset]:
        return Match(Known.NEW, None, confidence, _common(seen, candidates, rarity, None))
    how = Known.EXACT if _same(seen, candidate.known) else Known.NEAR
    return Match(how, candidate.number, confidence, _common(seen, candidates, rarity, candidate.number))


def _by_id(seen: Print, candidates: Sequence[Candidate]) -> Match:
    """With nothing to compare, a device is the one of its visitor id, the first on record."""
    same = [candidate.number for candidate in candidates if seen.visitor is not None and _same(seen, candidate.known)]
    return Match(Known.EXACT, min(same)) if same else Match(Known.NEW)


def _odds(seen: Print, candidate: Candidate, rarity: Rarity) -> float:
    weight = weigh(seen, candidate, rarity)
    if weight is None:
        return 0.0
    return RETURNING / (rarity.devices + NEWCOMERS) * math.exp(min(weight, 200.0))


def weigh(seen: Print, candidate: Candidate, rarity: Rarity) -> float | None:
    """The weight of evidence, in nats, that a print is the candidate's; None where it cannot be."""
    known, days = candidate.known, abs(candidate.days)
    agreeing, differing = compared(seen.values, known.values)
    if not NEVER_OTHER.isdisjoint(differing) or (
        _goes_back(seen, known) if candidate.days >= 0 else _goes_back(known, seen)
    ):
        return None
    stayed, changed = drift_of(round(days, 1) if days < 10 else min(DAYS_MOST, round(days)))
    weight = sum(rarity.weights[name] + stayed[name] for name in agreeing) + _leap(seen, known, days)
    weight += weight_of_change(differing, changed, days)
    if seen.visitor is not None and seen.visitor == known.visitor:
        weight += rarity.visitor + beyond(agreeing, handset=seen.handset)
    elif not differing and None not in (seen.visitor, known.visitor):
        weight += math.log(max(0.02, 1 - math.exp(-UNSEEN_RATE * days)))
    return min(weight, rarity.at_most)


def compared(seen: Mapping[str, int], known: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """The components that agree and those that differ; what either does not show is neither."""
    agreeing, differing = [], []
    for name, value in seen.items():
        other = known.get(name)
        if other == value:
            agreeing.append(name)
        elif other is not None:
            differing.append(name)
    return agreeing, differing


@lru_cache(maxsize=1024)
def drift_of(days: float) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Of each component, the weight of having stayed the same for some days and that of having changed."""
    stays = {name: component.stays(days) for name, component in COMPONENTS.items()}
    return (
        {name: math.log(probability) for name, probability in stays.items()},
        {name: math.log(1 - probability) for name, probability in stays.items()},
    )


def weight_of_change(differing: Sequence[str], changed: Mapping[str, float], days: float) -> float:
    """The weight of changes by their likeliest story: each by itself, or some by a cause that they share."""
    if not differing:
        return 0.0
    stories = [sum(changed[name] for name in differing)]
    if len(differing) > CHANGES_MOST:
        return stories[0]
    for cause in CAUSES:
        rest = [name for name in differing if name not in cause.touches]
        touched = len(differing) - len(rest)
        if touched > 1:
            others = sum(changed[name] for name in rest)
            stories.append(math.log(cause.happened(days)) + TOUCHED * touched + others)
    return max(stories)


def _goes_back(seen: Print, known: Print) -> bool:
    """A browser's version and a system's never go back (FP-STALKER's rules)."""
    return any(
        now is not None and then is not None and now < then
        for now, then in ((seen.major, known.major), (seen.os_major, known.os_major))
    )


def _leap(seen: Print, known: Print, days: float) -> float:
    if seen.major is None or known.major is None:
        return 0.0
    return LEAP_WEIGHT if seen.major - known.major > days / RELEASE_DAYS + 2 else 0.0


def _same(seen: Print, known: Print) -> bool:
    if seen.visitor is not None or known.visitor is not None:
        return seen.visitor == known.visitor
    return seen.values == known.values


def _common(seen: Print, candidates: Sequence[Candidate], rarity: Rarity, but: int | None) -> int:
    """How many others are expected to show the print: by its shares, and at least those on record that do."""
    on_record = sum(candidate.number != but and _same(seen, candidate.known) for candidate in candidates)
    expected = rarity.devices * math.exp(-rarity.whole)
    return min(COMMON_CAP, max(on_record, int(expected)))
