"""The card was issued in another country than the network is in."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """Whether the two agree, never which countries they are. Where servers and VPNs stand says nothing."""
    if facts.card is None or facts.card.issuer_country is None:
        return Unknown("the card's country")
    if facts.network is None or facts.network.country is None:
        return Unknown("the network's country")
    if facts.network.hides_where:
        return Unknown("where the person is: such a network can stand anywhere")
    if facts.card.issuer_country == facts.network.country:
        return CLEAR
    return Hit(
        "card_country_mismatch",
        (("issuer_country", facts.card.issuer_country), ("network_country", facts.network.country)),
    )


SIGNAL = Signal(
    name="card_country_mismatch",
    family=Family.CARD,
    reasons=(
        ReasonKind(
            "card_country_mismatch",
            "The card was issued in another country than the network is in.",
            "Travellers, people who work abroad, and cards of banks that issue for all of Europe from one country.",
        ),
    ),
    look=look,
)
