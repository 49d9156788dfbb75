"""The person has shown that a card is theirs."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """Proofs that have lapsed are not among the facts."""
    return Hit("proven_payment") if "payment" in facts.proofs else CLEAR


SIGNAL = Signal(
    name="proven_payment",
    family=Family.STANDING,
    reasons=(
        ReasonKind(
            "proven_payment",
            "The person's card was accepted by its bank.",
            "It speaks for the person: cards lead to a name at a bank.",
        ),
    ),
    look=look,
)
