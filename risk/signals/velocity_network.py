"""Other accounts came from the same network just now."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

MANY = 10  # other accounts in ten minutes
MANY_SHARED = 40  # the same, where strangers share the address
LIKELY_SHARED = 0.5  # of 0 to 1
MOBILE, RELAY = "mobile", "relay"  # as risk.intel.kinds and risk.intel.sources name them


def look(facts: Facts) -> Finding:
    """Mobile operators put thousands behind one address (carrier-grade NAT, RFC 6598): their number says nothing.

    Where it is only likely that strangers share the address, it takes more of them; no address is let off for good.
    """
    if facts.network is None or facts.network.scope != "public":
        return Unknown("a public address")
    if facts.network.as_kind == MOBILE or RELAY in (facts.network.services or ()):
        return Unknown("a network that strangers do not share")
    if facts.velocity is None or "network_accounts_10m" not in facts.velocity:
        return Unknown("how many others came with the network")
    others = facts.velocity["network_accounts_10m"]
    if others < MANY:
        return CLEAR
    if others < MANY_SHARED and (facts.network.shared or 0.0) >= LIKELY_SHARED:
        return Unknown("a network that strangers do not share")
    return Hit("velocity_network", (("others", others),))


SIGNAL = Signal(
    name="velocity_network",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "velocity_network",
            "Ten or more other accounts came from the same network (/24, or /64 of IPv6) within ten minutes; forty"
            " where strangers share the address.",
            "A lecture, an office or a conference behind one address that signs up together.",
        ),
    ),
    look=look,
)
