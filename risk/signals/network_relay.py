"""The address is an exit of a relay that knows its users, such as iCloud Private Relay."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

SERVICE = "relay"  # as risk.intel.sources names it


def look(facts: Facts) -> Finding:
    """Private Relay lets in only Apple devices with a paid account, and keeps to their region: no harm in it."""
    if facts.network is None or facts.network.services is None:
        return Unknown("what the address is used for")
    if SERVICE in facts.network.services:
        return Hit("network_relay", (("operator", facts.network.as_name or ""), ("asn", facts.network.asn or 0)))
    return CLEAR if SERVICE in facts.network.services_known else Unknown("a fresh list of relays")


SIGNAL = Signal(
    name="network_relay",
    family=Family.NETWORK,
    reasons=(
        ReasonKind(
            "network_relay",
            "The address is an exit of a relay that admits only its own users, such as iCloud Private Relay.",
            "Everybody with an iPhone, iPad or Mac who has iCloud+ and uses Safari.",
        ),
    ),
    look=look,
)
