"""The phone number charges its callers."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """By the numbering plan of the number's country."""
    if facts.phone is None or facts.phone.kind is None:
        return Unknown("a valid phone number")
    return Hit("phone_premium", (("country", facts.phone.country or ""),)) if facts.phone.kind == "premium" else CLEAR


SIGNAL = Signal(
    name="phone_premium",
    family=Family.PHONE,
    reasons=(
        ReasonKind(
            "phone_premium",
            "The phone number charges those who call or text it, and earns its owner money.",
            "Hardly anybody: such numbers are rented to be called.",
        ),
    ),
    look=look,
)
