"""Others came with the same mailbox but for the number at its end."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

FEW = 4  # other accounts in a week
TIMES = 2  # as many as in the month before, at least: a first name that many carry was there before too


def look(facts: Facts) -> Finding:
    """Whoever makes mailboxes by the dozen counts them: user001, user002. People share names, but not all at once."""
    if facts.mailbox is None or not facts.mailbox.valid:
        return Unknown("a valid e-mail address")
    if not facts.mailbox.free:
        return Unknown("a mail provider that strangers share: schools and companies number their own addresses")
    if facts.velocity is None:
        return Unknown("how many others came with the same name")
    if "stem_accounts_7d" not in facts.velocity:
        return CLEAR  # no number at its end
    others, before = facts.velocity["stem_accounts_7d"], facts.velocity.get("stem_accounts_before", 0)
    if others < FEW or others < TIMES * before:
        return CLEAR
    return Hit("mailbox_sequence", (("others", others), ("before", before)))


SIGNAL = Signal(
    name="mailbox_sequence",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "mailbox_sequence",
            "Four or more others came within a week with the same mailbox at a public provider but for the number at"
            " its end, and hardly any in the month before.",
            "People with a first name that has just come into fashion or with the same idol, and common names in the"
            " first weeks of an install.",
        ),
    ),
    look=look,
)
