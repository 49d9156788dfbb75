"""The phone number is an internet line's, by its carrier."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

NOWHERE = "non_fixed_voip"  # fixed_voip is an ordinary line at home that happens to run over the internet


def look(facts: Facts) -> Finding:
    """By a carrier lookup. What the number's own block has told already (phone_voip) is no news."""
    if facts.phone_line is None or facts.phone_line.line_type is None:
        return Unknown("what the carrier says of the line")
    if facts.phone_line.line_type != NOWHERE or (facts.phone is not None and facts.phone.kind == "voip"):
        return CLEAR
    return Hit("phone_line_voip", (("carrier", facts.phone_line.carrier or ""),))


SIGNAL = Signal(
    name="phone_line_voip",
    family=Family.PHONE,
    reasons=(
        ReasonKind(
            "phone_line_voip",
            "The carrier says that the phone number is an internet line tied to no place, had by the hundred.",
            "People whose only number is of an internet service (Google Voice and its like), and small companies.",
        ),
    ),
    look=look,
)
