"""The address is a household's line that is rented out as a proxy."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

SERVICE = "residential_proxy"  # as risk.intel.sources names it


def look(facts: Facts) -> Finding:
    """Rented by the gigabyte to look like a home; the household itself comes from the same address."""
    if facts.network is None or facts.network.services is None:
        return Unknown("what the address is used for")
    if SERVICE in facts.network.services:
        return Hit(
            "network_residential_proxy", (("operator", facts.network.as_name or ""), ("asn", facts.network.asn or 0))
        )
    return CLEAR if SERVICE in facts.network.services_known else Unknown("data of residential proxies")


SIGNAL = Signal(
    name="network_residential_proxy",
    family=Family.NETWORK,
    reasons=(
        ReasonKind(
            "network_residential_proxy",
            "The address was seen in a network that rents out households' lines as proxies.",
            "The household itself, which often knows nothing of it, and all others behind the same carrier NAT.",
        ),
    ),
    look=look,
)
