"""A party that checks documents has seen the person's."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """Which country gave the document, and what it says of the person, is nowhere looked at."""
    return Hit("proven_document") if "document" in facts.proofs else CLEAR


SIGNAL = Signal(
    name="proven_document",
    family=Family.STANDING,
    reasons=(
        ReasonKind(
            "proven_document",
            "The person showed an identity document, and it was found to be theirs.",
            "It speaks for the person: documents name one person each and are dear to buy.",
        ),
    ),
    look=look,
)
