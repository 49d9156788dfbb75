"""A mail domain that nobody had before last week now brings many."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

FEW = 3  # other accounts in a week
MANY = 12
RUSH = 10  # in a day: that is velocity_domain's, and the same must not count twice
OLD = 1  # accounts in the year before that make a domain one that we know


def look(facts: Facts) -> Finding:
    """A domain costs a few euros and holds any number of mailboxes; what grows in a day is velocity_domain's."""
    if facts.mailbox is None or facts.mailbox.free:
        return Unknown("a mail domain that strangers do not share")
    velocity = facts.velocity or {}
    if "domain_accounts_7d" not in velocity or "domain_accounts_before" not in velocity:
        return Unknown("how many others came with the domain")
    others = velocity["domain_accounts_7d"]
    if velocity["domain_accounts_before"] >= OLD or others < FEW or velocity.get("domain_accounts_1d", 0) >= RUSH:
        return CLEAR
    reason = "mailbox_domain_surge_many" if others >= MANY else "mailbox_domain_surge_few"
    return Hit(reason, (("others", others),))


SIGNAL = Signal(
    name="mailbox_domain_surge",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "mailbox_domain_surge_few",
            "Three or more other accounts came within a week from a mail domain that nobody had before.",
            "A family or a small company with a domain of its own that has just heard of the product.",
        ),
        ReasonKind(
            "mailbox_domain_surge_many",
            "Twelve or more other accounts came within a week, fewer than ten of them in a day, from a mail domain that"
            " nobody had before.",
            "A company or a school that takes the product up for its people, a few each day.",
        ),
    ),
    look=look,
)
