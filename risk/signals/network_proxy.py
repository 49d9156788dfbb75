"""The address is a proxy open to all."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

SERVICE = "proxy"  # as risk.intel.sources names it


def look(facts: Facts) -> Finding:
    """Found by scanning; strangers' traffic leaves there without their owners knowing, mostly by programs."""
    if facts.network is None or facts.network.services is None:
        return Unknown("what the address is used for")
    if SERVICE in facts.network.services:
        return Hit("network_proxy", (("operator", facts.network.as_name or ""), ("asn", facts.network.asn or 0)))
    return CLEAR if SERVICE in facts.network.services_known else Unknown("a fresh list of open proxies")


SIGNAL = Signal(
    name="network_proxy",
    family=Family.NETWORK,
    reasons=(
        ReasonKind(
            "network_proxy",
            "The address is a proxy open to all, found on public lists.",
            "People in schools or countries whose networks they mean to get around, and who are given the address after"
            " a proxy was there.",
        ),
    ),
    look=look,
)
