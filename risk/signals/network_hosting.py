"""The address is a hosting company's."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

HOSTING = "hosting"  # as risk.intel.kinds names it


def look(facts: Facts) -> Finding:
    """Servers stand there; people come through them by way of VPNs and proxies."""
    if facts.network is None or facts.network.as_kind is None:
        return Unknown("the kind of network")
    if facts.network.as_kind != HOSTING:
        return CLEAR
    return Hit("network_hosting", (("operator", facts.network.as_name or ""), ("asn", facts.network.asn or 0)))


SIGNAL = Signal(
    name="network_hosting",
    family=Family.NETWORK,
    reasons=(
        ReasonKind(
            "network_hosting",
            "The address belongs to a hosting company, where servers stand and not people.",
            "VPNs and private relays, company networks that leave through a cloud, remote desktops.",
        ),
    ),
    look=look,
)
