"""The phone number is an internet line's."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """By the numbering plan of the number's country."""
    if facts.phone is None or facts.phone.kind is None:
        return Unknown("a valid phone number")
    return Hit("phone_voip", (("country", facts.phone.country or ""),)) if facts.phone.kind == "voip" else CLEAR


SIGNAL = Signal(
    name="phone_voip",
    family=Family.PHONE,
    reasons=(
        ReasonKind(
            "phone_voip",
            "The phone number is in a block for internet telephony, where numbers come by the hundred.",
            "People and small companies whose only line is an internet line.",
        ),
    ),
    look=look,
)
