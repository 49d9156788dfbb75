"""The mailbox is an office's, not a person's."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """Names such as info, admin or sales."""
    if facts.mailbox is None or not facts.mailbox.valid:
        return Unknown("a valid e-mail address")
    return Hit("mailbox_role") if facts.mailbox.role else CLEAR


SIGNAL = Signal(
    name="mailbox_role",
    family=Family.MAILBOX,
    reasons=(
        ReasonKind(
            "mailbox_role",
            "The e-mail address is an office's (info, admin, sales), not a person's.",
            "Small companies with one mailbox, and people with a domain of their own.",
        ),
    ),
    look=look,
)
