"""Other accounts came with the same phone number lately."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

MANY = 2  # other accounts in 30 days


def look(facts: Facts) -> Finding:
    """One other is still a couple's number."""
    if facts.velocity is None or "phone_accounts_30d" not in facts.velocity:
        return Unknown("how many others came with the phone")
    others = facts.velocity["phone_accounts_30d"]
    return Hit("velocity_phone", (("others", others),)) if others >= MANY else CLEAR


SIGNAL = Signal(
    name="velocity_phone",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "velocity_phone",
            "Two or more other accounts came with the same phone number within 30 days.",
            "Families with one phone, and small companies with one number.",
        ),
    ),
    look=look,
)
