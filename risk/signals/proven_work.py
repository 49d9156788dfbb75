"""The computer has done the work that was asked for."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """Anybody's computer can do it; it only makes many accounts slower than one."""
    return Hit("proven_work") if "proof_of_work" in facts.proofs else CLEAR


SIGNAL = Signal(
    name="proven_work",
    family=Family.STANDING,
    reasons=(
        ReasonKind(
            "proven_work",
            "The person's computer did the work that was asked for.",
            "It speaks for the person, though hardly: it shows that computing time was spent, not by whom.",
        ),
    ),
    look=look,
)
