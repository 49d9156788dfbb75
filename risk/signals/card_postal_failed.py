"""The postal code did not fit the card."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """As the issuing bank said. Most of the world's banks do not check it: that is unknown, and held against nobody."""
    if facts.card is None or facts.card.postal_check not in ("pass", "fail"):
        return Unknown("the check of the card's postal code")
    return Hit("card_postal_failed") if facts.card.postal_check == "fail" else CLEAR


SIGNAL = Signal(
    name="card_postal_failed",
    family=Family.CARD,
    reasons=(
        ReasonKind(
            "card_postal_failed",
            "The issuing bank said that the postal code is not the card holder's.",
            "People who have moved and not told the bank, or who type the code of where they are.",
        ),
    ),
    look=look,
)
