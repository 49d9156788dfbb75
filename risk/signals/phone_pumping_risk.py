"""Messages to the phone number earn somebody money."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

HIGH = 75  # of 100, the upper quarter; set by hand


def look(facts: Facts) -> Finding:
    """By a carrier lookup's score of SMS pumping (artificially inflated traffic)."""
    if facts.phone_line is None or facts.phone_line.pumping_risk is None:
        return Unknown("the number's risk of SMS pumping")
    risk = facts.phone_line.pumping_risk
    return Hit("phone_pumping_risk", (("risk", risk),)) if risk >= HIGH else CLEAR


SIGNAL = Signal(
    name="phone_pumping_risk",
    family=Family.PHONE,
    reasons=(
        ReasonKind(
            "phone_pumping_risk",
            "The phone number is among those to which codes are sent for the money that each message earns.",
            "People whose carrier shares its blocks of numbers with such a business.",
        ),
    ),
    look=look,
)
