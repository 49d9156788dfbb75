"""The mail domain is almost a well-known one."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """One slip of the finger is a slip; letters that only look the same were chosen by somebody."""
    if facts.mailbox is None or not facts.mailbox.valid:
        return Unknown("a valid e-mail address")
    if facts.mailbox.resembles is None:
        return CLEAR
    reason = "mailbox_lookalike_disguise" if facts.mailbox.disguised else "mailbox_lookalike_slip"
    return Hit(reason, (("resembles", facts.mailbox.resembles),))


SIGNAL = Signal(
    name="mailbox_lookalike",
    family=Family.MAILBOX,
    reasons=(
        ReasonKind(
            "mailbox_lookalike_slip",
            "The mail domain is one slip of the finger away from a well-known one.",
            "A slip of the finger; the person waits for a code that never comes and should be asked to look again.",
        ),
        ReasonKind(
            "mailbox_lookalike_disguise",
            "The mail domain looks like a well-known one but is spelt with other characters.",
            "A small company whose name happens to look like a provider's.",
        ),
    ),
    look=look,
)
