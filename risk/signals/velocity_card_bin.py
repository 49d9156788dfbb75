"""Many other accounts came lately with cards of one issuer's product that was rare before."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

MANY = 8  # other accounts in a week
TIMES = 2  # as many as in the whole month before that


def look(facts: Facts) -> Finding:
    """Card numbers that are tried out, and virtual cards bought by the hundred, begin with the same six digits."""
    if facts.card is None:
        return Unknown("a card")
    velocity = facts.velocity or {}
    if "card_bin_accounts_7d" not in velocity or "card_bin_accounts_before" not in velocity:
        return Unknown("how many others came with the card's first digits")
    others, before = velocity["card_bin_accounts_7d"], velocity["card_bin_accounts_before"]
    if others < MANY or others < TIMES * before:
        return CLEAR
    if velocity.get("domain_accounts_7d", 0) >= MANY:
        return CLEAR  # a company whose people come openly under its own domain has one bank
    return Hit("velocity_card_bin", (("others", others), ("before", before)))


SIGNAL = Signal(
    name="velocity_card_bin",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "velocity_card_bin",
            "Eight or more other accounts came within a week with cards that begin with the same six digits, twice as"
            " many as in the month before.",
            "A bank's offer to its customers; friends with a new kind of card; the first weeks of an install.",
        ),
    ),
    look=look,
)
