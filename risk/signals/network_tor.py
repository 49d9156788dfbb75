"""The address is an exit of the Tor network."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

SERVICE = "tor"  # as risk.intel.sources names it


def look(facts: Facts) -> Finding:
    """Nobody can be told from anybody there: a cheap way to come from many places, and the only way for some."""
    if facts.network is None or facts.network.services is None:
        return Unknown("what the address is used for")
    if SERVICE in facts.network.services:
        return Hit("network_tor", (("operator", facts.network.as_name or ""), ("asn", facts.network.asn or 0)))
    return CLEAR if SERVICE in facts.network.services_known else Unknown("a fresh list of Tor exits")


SIGNAL = Signal(
    name="network_tor",
    family=Family.NETWORK,
    reasons=(
        ReasonKind(
            "network_tor",
            "The address is an exit of the Tor network.",
            "People who are watched or censored, journalists, and whoever values not being followed.",
        ),
    ),
    look=look,
)
