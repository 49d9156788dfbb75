"""What came as an e-mail address is none."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """By its syntax alone: whether mail arrives is what the e-mail check finds out."""
    if facts.mailbox is None:
        return Unknown("an e-mail address")
    return CLEAR if facts.mailbox.valid else Hit("mailbox_invalid")


SIGNAL = Signal(
    name="mailbox_invalid",
    family=Family.MAILBOX,
    reasons=(
        ReasonKind(
            "mailbox_invalid",
            "What came as the e-mail address cannot be one.",
            "A slip of the finger on a page that does not check what is typed.",
        ),
    ),
    look=look,
)
