"""The number is not what it was when the account first showed it."""

from risk.earlier import EarlierFacts
from risk.facts import Facts, PhoneLineFacts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

VIRTUAL = frozenset({"fixed_voip", "non_fixed_voip"})


def look(facts: Facts) -> Finding:
    """By what carriers said first and what they say now. Only a plain answer then and now counts."""
    before, now = facts.earlier, facts.phone_line
    if before is None or now is None:
        return Unknown("what was said of the number before")
    if before.reassigned is False and now.reassigned:
        return Hit("phone_changed_owner")
    if before.line_type is None or now.line_type is None:
        return Unknown("the number's line, before and now")
    if now.line_type in VIRTUAL and before.line_type not in VIRTUAL:
        return Hit("phone_changed_line", (("before", before.line_type), ("now", now.line_type)))
    return _ported(before, now)


def _ported(before: EarlierFacts, now: PhoneLineFacts) -> Finding:
    if before.carrier is None or now.carrier is None:
        return Unknown("the number's carrier, before and now")
    if before.carrier == now.carrier:
        return CLEAR
    return Hit("phone_changed_carrier", (("before", before.carrier), ("now", now.carrier)))


SIGNAL = Signal(
    name="phone_changed",
    family=Family.PHONE,
    reasons=(
        ReasonKind(
            "phone_changed_owner",
            "The phone number has gone to somebody else since the account showed it.",
            "People who have a new number and told nobody.",
        ),
        ReasonKind(
            "phone_changed_line",
            "The phone number was an ordinary line when the account showed it, and is a virtual one now.",
            "People who took their old number along to a service on the internet.",
        ),
        ReasonKind(
            "phone_changed_carrier",
            "The phone number is at another carrier than when the account showed it.",
            "Everybody who changes carriers and keeps the number: many each year.",
        ),
    ),
    look=look,
)
