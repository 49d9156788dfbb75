"""The card's security code was wrong."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """As the issuing bank said to the payment provider."""
    if facts.card is None or facts.card.cvc_check not in ("pass", "fail"):
        return Unknown("the check of the card's security code")
    return Hit("card_cvc_failed") if facts.card.cvc_check == "fail" else CLEAR


SIGNAL = Signal(
    name="card_cvc_failed",
    family=Family.CARD,
    reasons=(
        ReasonKind(
            "card_cvc_failed",
            "The issuing bank said that the card's security code is wrong.",
            "A slip of the finger.",
        ),
    ),
    look=look,
)
