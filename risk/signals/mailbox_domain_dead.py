"""Nobody can get mail at the domain."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """By the domain name system: RFC 5321, section 5.1, and RFC 7505."""
    if facts.mail_domain is None:
        return Unknown("an answer of the mailbox's domain")
    if facts.mail_domain.takes_mail:
        return CLEAR
    return Hit("mailbox_domain_dead", (("exists", "yes" if facts.mail_domain.exists else "no"),))


SIGNAL = Signal(
    name="mailbox_domain_dead",
    family=Family.MAILBOX,
    reasons=(
        ReasonKind(
            "mailbox_domain_dead",
            "The e-mail address is at a domain that does not exist or takes no mail.",
            "A slip of the finger in the domain, and small domains whose mail is out of order that day.",
        ),
    ),
    look=look,
)
