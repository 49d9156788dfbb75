"""The address is an exit of a commercial VPN."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

SERVICE, RELAY = "vpn", "relay"  # as risk.intel.sources names them


def look(facts: Facts) -> Finding:
    """Very common and mostly honest: it explains a server's address better than a server does."""
    if facts.network is None or facts.network.services is None:
        return Unknown("what the address is used for")
    if RELAY in facts.network.services:
        return CLEAR  # lists of VPNs take relays in; what is known to be a relay is no VPN
    if SERVICE in facts.network.services:
        return Hit("network_vpn", (("operator", facts.network.as_name or ""), ("asn", facts.network.asn or 0)))
    return CLEAR if SERVICE in facts.network.services_known else Unknown("a fresh list of VPNs")


SIGNAL = Signal(
    name="network_vpn",
    family=Family.NETWORK,
    reasons=(
        ReasonKind(
            "network_vpn",
            "The address is an exit of a commercial VPN.",
            "Everybody who uses a VPN: for work, on open wireless networks, or out of habit.",
        ),
    ),
    look=look,
)
