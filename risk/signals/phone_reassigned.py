"""The phone number was somebody else's until lately."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """By the carriers' register of numbers that were given up."""
    if facts.phone_line is None or facts.phone_line.reassigned is None:
        return Unknown("whether the number was somebody else's")
    return Hit("phone_reassigned") if facts.phone_line.reassigned else CLEAR


SIGNAL = Signal(
    name="phone_reassigned",
    family=Family.PHONE,
    reasons=(
        ReasonKind(
            "phone_reassigned",
            "The phone number has gone to somebody else within the last three months.",
            "Everybody who has a new number: carriers give out old ones again.",
        ),
    ),
    look=look,
)
