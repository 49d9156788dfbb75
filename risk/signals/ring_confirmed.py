"""A ring that an analyst confirmed."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal

STATE = "confirmed"


def look(facts: Facts) -> Finding:
    """Only contained rings are among the facts."""
    ring = facts.ring
    if ring is None or ring.state != STATE:
        return CLEAR
    told = (("ring", ring.id), ("score", round(ring.score, 2)), ("members", ring.size), ("fit", round(ring.fit, 2)))
    return Hit("ring_confirmed", told)


SIGNAL = Signal(
    name="ring_confirmed",
    family=Family.RING,
    reasons=(
        ReasonKind(
            "ring_confirmed",
            "The account is one of a ring that an analyst confirmed.",
            "Somebody who shares what its accounts share; an analyst's word on the account outweighs it.",
        ),
    ),
    look=look,
)
