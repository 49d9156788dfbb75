"""Somebody who was held here asked to be erased, and the same mailbox, phone, card or device comes again."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal

ERASED = "erased"  # the list that risk.tombstones writes
OWN = frozenset({"emails", "phones", "cards"})  # what a household does not share


def look(facts: Facts) -> Finding:
    """Only tombstones that have not expired are among the facts, and only who was held leaves one."""
    met = sorted({listed.of for listed in facts.listed if listed.list == ERASED})
    if not met:
        return CLEAR
    return Hit("erased_before" if OWN & set(met) else "erased_before_device", (("of", ", ".join(met)),))


SIGNAL = Signal(
    name="erased_before",
    family=Family.LIST,
    reasons=(
        ReasonKind(
            "erased_before",
            "The mailbox, phone or card was one of an account that was held, and whose person asked to be erased.",
            "Somebody who was held wrongly and tries again: an analyst looks, and their word outweighs it.",
        ),
        ReasonKind(
            "erased_before_device",
            "The device was one of an account that was held, and whose person asked to be erased.",
            "Somebody in the same household, or who bought the device.",
        ),
    ),
    look=look,
)
