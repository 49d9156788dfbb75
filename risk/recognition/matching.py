"""Which of the devices on record a print belongs to, if any: graded, with how sure that is.

The method is Fellegi and Sunter's (A Theory for Record Linkage, 1969): each component adds the logarithm of how much
likelier its agreement or disagreement is if it is the same device. m, that it agrees on the same device, falls with the
days gone by; u, that it agrees by chance, is its share in traffic. What that comes to is set against the chance that
it is somebody new who happens to look the same, and against every other candidate, so that two candidates alike, or one
print that many have, leave nobody sure.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from risk.recognition.components import CAUSES, COMPONENTS, NEVER_OTHER, TOUCHED, Print
from risk.recognition.rarity import Rarity, beyond

# Below it, nobody is known again; on computers and on handsets, whose makers' models leave more to chance.
SURE = (0.7, 0.9)
RETURNING = 0.5  # share of sightings that are of a device on record, before anything is compared: not known
NEWCOMERS = 1000  # devices' worth of people who could come and are not on record yet
UNSEEN_RATE = 0.01  # changes a day in what only the visitor id sees, after FP-STALKER's user agents and plug-ins
RELEASE_DAYS = 14.0  # browsers do not come out quicker than this
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

    how: Known
    number: int | None = None
    confidence: float | None = None
    common: int | None = None


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
    differing = {name for name in seen.values if name in known.values and seen.values[name] != known.values[name]}
    if differing & NEVER_OTHER or (_goes_back(seen, known) if candidate.days >= 0 else _goes_back(known, seen)):
        return None
    agreeing = [name for name in seen.values if seen.values[name] == known.values.get(name)]
    weight = math.fsum(rarity.weights[name] + math.log(COMPONENTS[name].stays(days)) for name in agreeing)
    weight += _change(differing, days) + _leap(seen, known, days)
    if seen.visitor is not None and seen.visitor == known.visitor:
        weight += rarity.visitor + beyond(agreeing, handset=seen.handset)
    elif not differing and None not in (seen.visitor, known.visitor):
        weight += math.log(max(0.02, 1 - math.exp(-UNSEEN_RATE * days)))
    return min(weight, rarity.at_most)


def _change(differing: set[str], days: float) -> float:
    """The weight of changes by their likeliest story: each by itself, or some by a cause that they share."""
    alone = {name: math.log(1 - COMPONENTS[name].stays(days)) for name in differing}
    stories = [math.fsum(alone.values())]
    for cause in CAUSES:
        touched = differing & cause.touches
        if len(touched) > 1:
            rest = math.fsum(alone[name] for name in differing - touched)
            stories.append(math.log(cause.happened(days)) + TOUCHED * len(touched) + rest)
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
