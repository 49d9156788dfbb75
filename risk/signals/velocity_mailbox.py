"""Other accounts came with other spellings of the same mailbox lately."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

MANY = 2  # other accounts in 30 days


def look(facts: Facts) -> Finding:
    """One other is still somebody's second account."""
    if facts.velocity is None or "mailbox_accounts_30d" not in facts.velocity:
        return Unknown("how many others came with the mailbox")
    others = facts.velocity["mailbox_accounts_30d"]
    return Hit("velocity_mailbox", (("others", others),)) if others >= MANY else CLEAR


SIGNAL = Signal(
    name="velocity_mailbox",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "velocity_mailbox",
            "Two or more other accounts came with the same mailbox, tags and dots left aside, within 30 days.",
            "Testers and people who keep accounts for work and home apart by a tag.",
        ),
    ),
    look=look,
)
