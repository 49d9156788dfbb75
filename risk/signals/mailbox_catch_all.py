"""One domain, as many mailboxes as anybody likes."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """By asking the domain's mail server for a mailbox of a random name."""
    if facts.mail_domain is None or facts.mail_domain.takes_anything is None:
        return Unknown("whether the domain takes mail for anybody")
    return Hit("mailbox_catch_all") if facts.mail_domain.takes_anything else CLEAR


SIGNAL = Signal(
    name="mailbox_catch_all",
    family=Family.MAILBOX,
    reasons=(
        ReasonKind(
            "mailbox_catch_all",
            "The mail server of the address's domain takes mail for mailboxes that nobody has.",
            "Companies that lose no mail that way, small hosts, and people with a domain of their own: many.",
        ),
    ),
    look=look,
)
