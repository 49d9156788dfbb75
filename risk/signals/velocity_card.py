"""Other accounts came with the same card lately."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

FEW = 1  # other accounts in 30 days
MANY = 4


def look(facts: Facts) -> Finding:
    """A card's fingerprint is that card's alone, so the second account already tells."""
    if facts.velocity is None or "card_accounts_30d" not in facts.velocity:
        return Unknown("how many others came with the card")
    others = facts.velocity["card_accounts_30d"]
    if others >= MANY:
        return Hit("velocity_card_many", (("others", others),))
    return Hit("velocity_card_few", (("others", others),)) if others >= FEW else CLEAR


SIGNAL = Signal(
    name="velocity_card",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "velocity_card_few",
            "One to three other accounts came with the same card within 30 days.",
            "Couples, families and small companies that pay with one card.",
        ),
        ReasonKind(
            "velocity_card_many",
            "Four or more other accounts came with the same card within 30 days.",
            "A company that pays for its people's accounts with one card.",
        ),
    ),
    look=look,
)
