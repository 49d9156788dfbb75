"""Card, phone number and network are of three different countries."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

ALL = 3  # card, phone and network


def look(facts: Facts) -> Finding:
    """Whether any two agree, never which countries they are. A traveller's card and phone are mostly from one place."""
    if facts.card is None or facts.card.issuer_country is None:
        return Unknown("the card's country")
    if facts.phone is None or facts.phone.country is None:
        return Unknown("the phone number's country")
    if facts.network is None or facts.network.country is None or facts.network.hides_where:
        return Unknown("the country that the person is in")
    countries = {facts.card.issuer_country, facts.phone.country, facts.network.country}
    return Hit("card_countries_scattered") if len(countries) == ALL else CLEAR


SIGNAL = Signal(
    name="card_countries_scattered",
    family=Family.CARD,
    reasons=(
        ReasonKind(
            "card_countries_scattered",
            "The card, the phone number and the network are of three different countries.",
            "People abroad with a card of a bank that issues for all of Europe from one country; roaming phones.",
        ),
    ),
    look=look,
)
