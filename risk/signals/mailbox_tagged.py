"""The address is one of many spellings of the same mailbox."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """A tag after a plus, or more dots than a name has where the provider ignores them."""
    if facts.mailbox is None or not facts.mailbox.valid:
        return Unknown("a valid e-mail address")
    return Hit("mailbox_tagged") if facts.mailbox.tagged else CLEAR


SIGNAL = Signal(
    name="mailbox_tagged",
    family=Family.MAILBOX,
    reasons=(
        ReasonKind(
            "mailbox_tagged",
            "The e-mail address carries a tag or dots that its provider ignores: one mailbox has many such addresses.",
            "Careful people who give every service an address of its own.",
        ),
    ),
    look=look,
)
