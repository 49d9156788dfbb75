"""The phone number is of another country than the network."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """Whether the two agree, never which countries they are. Where servers and VPNs stand says nothing."""
    if facts.phone is None or facts.phone.country is None:
        return Unknown("the phone number's country")
    if facts.network is None or facts.network.country is None:
        return Unknown("the network's country")
    if facts.network.hides_where:
        return Unknown("where the person is: such a network can stand anywhere")
    if facts.phone.country == facts.network.country:
        return CLEAR
    return Hit(
        "phone_country_mismatch",
        (("phone_country", facts.phone.country), ("network_country", facts.network.country)),
    )


SIGNAL = Signal(
    name="phone_country_mismatch",
    family=Family.PHONE,
    reasons=(
        ReasonKind(
            "phone_country_mismatch",
            "The phone number is of another country than the network.",
            "Travellers, students abroad and people who have moved and kept their number: many, so it weighs little.",
        ),
    ),
    look=look,
)
