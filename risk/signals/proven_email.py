"""The person has shown that the mailbox is theirs."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """Proofs that have lapsed are not among the facts."""
    return Hit("proven_email") if "email" in facts.proofs else CLEAR


SIGNAL = Signal(
    name="proven_email",
    family=Family.STANDING,
    reasons=(
        ReasonKind(
            "proven_email",
            "The person read a code in the mailbox.",
            "It speaks for the person, though little: mailboxes are cheap.",
        ),
    ),
    look=look,
)
