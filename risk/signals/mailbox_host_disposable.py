"""The domain is new, its mail server is not."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """By the list of disposable domains, on which the mail server's stands. A domain listed itself is no news."""
    if facts.mail_domain is None or facts.mail_domain.host_disposable is None:
        return Unknown("the mail server of the mailbox's domain")
    if not facts.mail_domain.host_disposable or (facts.mailbox is not None and facts.mailbox.disposable):
        return CLEAR
    return Hit("mailbox_host_disposable", (("host", facts.mail_domain.mail_host or ""),))


SIGNAL = Signal(
    name="mailbox_host_disposable",
    family=Family.MAILBOX,
    reasons=(
        ReasonKind(
            "mailbox_host_disposable",
            "The address's domain is on no list, but its mail goes to a service that hands out mailboxes for minutes.",
            "People with a domain of their own who have such a service read their mail: hardly anybody.",
        ),
    ),
    look=look,
)
