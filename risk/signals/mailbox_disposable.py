"""The mailbox is made to be thrown away."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """By a public list of the domains that hand out such mailboxes."""
    if facts.mailbox is None or not facts.mailbox.valid:
        return Unknown("a valid e-mail address")
    if not facts.mailbox.disposable:
        return CLEAR
    return Hit("mailbox_disposable", (("domain", facts.mailbox.domain or ""),))


SIGNAL = Signal(
    name="mailbox_disposable",
    family=Family.MAILBOX,
    reasons=(
        ReasonKind(
            "mailbox_disposable",
            "The e-mail address is of a service that hands out mailboxes for minutes.",
            "People who do not want mail from a service that they only try out.",
        ),
    ),
    look=look,
)
