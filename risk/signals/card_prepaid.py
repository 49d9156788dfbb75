"""The card is prepaid."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """As the payment provider says."""
    if facts.card is None or facts.card.funding not in ("credit", "debit", "prepaid"):
        return Unknown("how the card is funded")
    return Hit("card_prepaid") if facts.card.funding == "prepaid" else CLEAR


SIGNAL = Signal(
    name="card_prepaid",
    family=Family.CARD,
    reasons=(
        ReasonKind(
            "card_prepaid",
            "The card is prepaid: it is had without a bank account, and by the dozen.",
            "Young people, people without credit, and gift cards.",
        ),
    ),
    look=look,
)
