"""The person has shown that the phone is theirs."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """Proofs that have lapsed are not among the facts."""
    return Hit("proven_phone") if "phone" in facts.proofs else CLEAR


SIGNAL = Signal(
    name="proven_phone",
    family=Family.STANDING,
    reasons=(
        ReasonKind(
            "proven_phone",
            "The person read a code on the phone.",
            "It speaks for the person: numbers that receive codes cost money and run out.",
        ),
    ),
    look=look,
)
