"""An authenticator has signed for the account."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """It tells of a key that comes back, not of a person: what costs nothing to fake weighs next to nothing."""
    return Hit("proven_passkey") if "passkey" in facts.proofs else CLEAR


SIGNAL = Signal(
    name="proven_passkey",
    family=Family.STANDING,
    reasons=(
        ReasonKind(
            "proven_passkey",
            "The person showed a passkey.",
            "It speaks for the person, though hardly: a passkey in software costs nothing.",
        ),
    ),
    look=look,
)
