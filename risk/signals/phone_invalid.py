"""What came as a phone number is none."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """No country's numbering plan has it."""
    if facts.phone is None:
        return Unknown("a phone number")
    return CLEAR if facts.phone.valid else Hit("phone_invalid")


SIGNAL = Signal(
    name="phone_invalid",
    family=Family.PHONE,
    reasons=(
        ReasonKind(
            "phone_invalid",
            "No country's numbering plan has the phone number.",
            "A number typed without its country code or with a slip; blocks of numbers that are newer than our data.",
        ),
    ),
    look=look,
)
