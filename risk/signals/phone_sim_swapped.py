"""The phone number has just been moved to another SIM card."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

RECENT_DAYS = 7  # a stolen number is used within days, before its owner notices


def look(facts: Facts) -> Finding:
    """By a carrier lookup; it ages, for the date is kept and not the number of days."""
    line = facts.phone_line
    if line is None or (line.sim_swapped_at is None and line.sim_kept_days is None):
        return Unknown("when the SIM was last changed")
    if line.sim_swapped_at is None:
        return CLEAR
    days = (facts.at - line.sim_swapped_at).total_seconds() / 86400
    return Hit("phone_sim_swapped", (("days", round(max(0.0, days), 1)),)) if days <= RECENT_DAYS else CLEAR


SIGNAL = Signal(
    name="phone_sim_swapped",
    family=Family.PHONE,
    reasons=(
        ReasonKind(
            "phone_sim_swapped",
            "The phone number was moved to another SIM card within the last seven days.",
            "People with a new phone, a lost card or a new carrier: many each week.",
        ),
    ),
    look=look,
)
