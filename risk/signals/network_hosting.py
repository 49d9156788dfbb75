"""The address is a hosting company's, and no VPN, relay or proxy that is known explains it."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

HOSTING = "hosting"  # as risk.intel.kinds and risk.intel.sources both name it
# People behind these come out where servers stand. Each has a reason of its own, which weighs what it is worth.
EXPLAINED = frozenset({"tor", "vpn", "relay", "proxy"})


def look(facts: Facts) -> Finding:
    """Servers stand there; people come through them by way of VPNs and proxies, and then that is what counts."""
    if facts.network is None or facts.network.scope != "public":
        return Unknown("a public address")
    services = frozenset(facts.network.services or ())
    if services & EXPLAINED:
        return CLEAR
    if facts.network.as_kind is None and HOSTING not in services:
        return Unknown("the kind of network")
    if facts.network.as_kind != HOSTING and HOSTING not in services:
        return CLEAR
    return Hit("network_hosting", (("operator", facts.network.as_name or ""), ("asn", facts.network.asn or 0)))


SIGNAL = Signal(
    name="network_hosting",
    family=Family.NETWORK,
    reasons=(
        ReasonKind(
            "network_hosting",
            "The address belongs to a hosting company, where servers stand and not people.",
            "VPNs and relays that no list knows, company networks that leave through a cloud, remote desktops.",
        ),
    ),
    look=look,
)
