"""Many other accounts came today with cards of one issuer's product that was rare before."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

MANY = 8  # other accounts in a day
TIMES = 2  # as many as in the whole month before


def look(facts: Facts) -> Finding:
    """Card numbers that are tried out, and virtual cards bought by the hundred, begin with the same six digits."""
    if facts.card is None:
        return Unknown("a card")
    velocity = facts.velocity or {}
    if "card_bin_accounts_1d" not in velocity or "card_bin_accounts_before" not in velocity:
        return Unknown("how many others came with the card's first digits")
    others, before = velocity["card_bin_accounts_1d"], velocity["card_bin_accounts_before"]
    if others < MANY or others < TIMES * before:
        return CLEAR
    return Hit("velocity_card_bin", (("others", others), ("before", before)))


SIGNAL = Signal(
    name="velocity_card_bin",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "velocity_card_bin",
            "Eight or more other accounts came within a day with cards that begin with the same six digits, more than"
            " in the month before.",
            "A company that gives its people cards of one kind; a bank's offer to its customers; the first days of an"
            " install.",
        ),
    ),
    look=look,
)
