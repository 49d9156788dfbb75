"""The first account from a mail domain that is nobody's we know."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """Hardly anything by itself: it is what an own domain looks like on its first day, an honest one too."""
    if facts.mailbox is None or facts.mailbox.free or not facts.mailbox.valid:
        return Unknown("a mail domain that strangers do not share")
    velocity = facts.velocity or {}
    if "domain_accounts_7d" not in velocity or "domain_accounts_before" not in velocity:
        return Unknown("how many others came with the domain")
    return CLEAR if velocity["domain_accounts_before"] else Hit("mailbox_domain_new")


SIGNAL = Signal(
    name="mailbox_domain_new",
    family=Family.MAILBOX,
    reasons=(
        ReasonKind(
            "mailbox_domain_new",
            "Nobody had come with the mail domain, which is not a public provider's, until last week.",
            "Anybody with a domain of their own, and the first of a company or a school: most of them.",
        ),
    ),
    look=look,
)
