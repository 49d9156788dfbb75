"""What is told of a ring for what its members do: a line of its evidence, and lines of why each is a member."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from risk.rings.columns import Floats, Ints
from risk.rings.judging import percent
from risk.rings.links import KINDS, Link
from risk.rings.looking import KNOWN, Looked
from risk.rings.profiles import Groups
from risk.rings.use.evidence import said
from risk.rings.use.judging import Shown, with_use

Lines = list[dict[str, Any]]  # of evidence
USE: Final = "use"  # named among the aspects of the evidence
LEAST_SHARE: Final = 1e-5  # a ring's score is never nearer to certainty (risk.rings.judging.percent)
TOLD_AT_LEAST: Final = 0.5  # nats of a link in the reasons of a member


@dataclass(frozen=True, slots=True)
class Member:
    """An account in a group, and why."""

    subject: int
    weight: float
    why: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A group that is told as a ring."""

    score: float
    confidence: float
    members: Sequence[Member]
    evidence: list[dict[str, Any]]
    template: dict[str, Any]
    portrait: dict[str, Any] | None  # of those that are likely enough for newcomers to be compared with


def in_use(use: Shown | None, groups: Groups) -> Mapping[Link, Floats]:
    """By what it is that they do alike: nats by member, in the order of the groups' rows."""
    if use is None:
        return {}
    asked, exits = said(use, groups)
    return {Link.ASKED: asked, Link.EXIT: exits}


def why_used(doing: Mapping[Link, Floats], places: Ints, place: int) -> list[dict[str, Any]]:
    """Why one is a member, by what it does; `places` are those of all members of its group."""
    return [
        {
            "link": link.name,
            "words": KINDS[link].words,
            "weight": round(float(nats[place]), 2),
            "shared": int((nats[places] >= TOLD_AT_LEAST).sum()),
        }
        for link, nats in doing.items()
        if nats[place] >= TOLD_AT_LEAST
    ]


def weightiest(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The weightiest first."""
    return sorted(lines, key=lambda each: -each["weight"])


def use_lines(looked: Looked, number: int, kept: Sequence[Lines]) -> Lines:
    """What the use of a group says of it, with what it is made of.

    `kept`: by the number of a kept ring, what was said of its use when it was seen.
    """
    if looked.did is None or not looked.did.nats[number]:
        return []
    if looked.did.recalled[number] or looked.did.seen is None:
        lines: Lines = kept[int(looked.origin.kept[number])]
        return lines
    seen, nats = looked.did.seen, float(looked.did.nats[number])
    parts = (
        ("templates", seen.templates),
        ("addresses", seen.exits),
        ("evenness", seen.even + seen.steady),
        ("homes elsewhere", seen.handed),
        ("days on which use turned", seen.turned),
        ("hours without rest", seen.sleepless),
    )
    told = ", ".join(f"{name} {float(of[number]):+.1f}" for name, of in parts)
    words = f"what {int(seen.users[number]):,} members did ({told}), less what an honest cause explains of it"
    return [{"aspect": USE, "nats": round(nats, 2), "words": words}]


def said_of_use(evidence: Sequence[Mapping[str, Any]]) -> Lines:
    """The lines of a ring's evidence that say what its members did."""
    return [dict(line) for line in evidence if line["aspect"] == USE]


def rests_on_use(score: float, evidence: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a ring of this score (0 to 100) would not be surely one without what its members did."""
    nats = nats_of(said_of_use(evidence))
    return nats > 0 and _odds(score / 100) - nats < _odds(KNOWN)


def _odds(share: float) -> float:
    """Natural log-odds of a probability."""
    bounded = min(max(share, LEAST_SHARE), 1 - LEAST_SHARE)
    return math.log(bounded / (1 - bounded))


def nats_of(lines: Lines) -> float:
    """What lines of evidence say together."""
    return sum(float(line["nats"]) for line in lines)


def remembered(proposal: Proposal, evidence: Sequence[Mapping[str, Any]]) -> Proposal:
    """A proposal for a ring of before, whose use was not looked at this time: what was said of it then still counts."""
    lines = said_of_use(evidence)
    nats = nats_of(lines)
    if not nats:
        return proposal
    score = with_use(np.array([proposal.score / 100]), np.array([nats]))
    return replace(proposal, score=percent(float(score[0])), evidence=[*proposal.evidence, *lines])
