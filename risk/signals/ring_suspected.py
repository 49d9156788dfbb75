"""A ring that passed the policy's line, and that nobody has looked at yet."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal

STATE = "suspected"


def look(facts: Facts) -> Finding:
    """Only contained rings are among the facts."""
    ring = facts.ring
    if ring is None or ring.state != STATE:
        return CLEAR
    told = (("ring", ring.id), ("score", round(ring.score, 2)), ("members", ring.size), ("fit", round(ring.fit, 2)))
    return Hit("ring_suspected", told)


SIGNAL = Signal(
    name="ring_suspected",
    family=Family.RING,
    reasons=(
        ReasonKind(
            "ring_suspected",
            "The account is one of a ring that is held.",
            "People who came together, as a class or a company does; dismissing the ring lets them all go.",
        ),
    ),
    look=look,
)
