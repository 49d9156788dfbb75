"""What came as an address is none."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """Malformed is evidence, not an error."""
    if facts.network is None:
        return Unknown("the address")
    return Hit("network_malformed") if facts.network.scope == "malformed" else CLEAR


SIGNAL = Signal(
    name="network_malformed",
    family=Family.NETWORK,
    reasons=(
        ReasonKind(
            "network_malformed",
            "What came as the person's address cannot be read as one.",
            "A caller's own fault: a whole X-Forwarded-For header or a port beside the address; never the person's.",
        ),
    ),
    look=look,
)
