"""The mailbox's domain took mail when the account showed it, and takes none now."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """A domain that lapses can be bought by anybody, who then gets the mail of all its mailboxes."""
    if facts.earlier is None or facts.earlier.takes_mail is None or facts.mail_domain is None:
        return Unknown("what was said of the mailbox's domain before")
    if facts.mail_domain.takes_mail or not facts.earlier.takes_mail:
        return CLEAR
    return Hit("mailbox_lapsed", (("exists", "yes" if facts.mail_domain.exists else "no"),))


SIGNAL = Signal(
    name="mailbox_lapsed",
    family=Family.MAILBOX,
    reasons=(
        ReasonKind(
            "mailbox_lapsed",
            "The e-mail address is at a domain that took mail when the account showed it, and takes none now.",
            "Somebody who gave their domain up, or whose mail is out of order that day.",
        ),
    ),
    look=look,
)
