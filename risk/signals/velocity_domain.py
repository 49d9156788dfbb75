"""Other accounts came from the same mail domain today."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

MANY = 10  # other accounts in a day


def look(facts: Facts) -> Finding:
    """A domain of one's own costs a few euros and holds any number of mailboxes; a public provider's says nothing."""
    if facts.mailbox is None or facts.mailbox.free:
        return Unknown("a mail domain that strangers do not share")
    if facts.velocity is None or "domain_accounts_1d" not in facts.velocity:
        return Unknown("how many others came with the domain")
    others = facts.velocity["domain_accounts_1d"]
    return Hit("velocity_domain", (("others", others),)) if others >= MANY else CLEAR


SIGNAL = Signal(
    name="velocity_domain",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "velocity_domain",
            "Ten or more other accounts came within a day from the same mail domain, which is not a public provider's.",
            "A class, a company or a campus that signs up together.",
        ),
    ),
    look=look,
)
