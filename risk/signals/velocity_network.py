"""Other accounts came from the same network just now."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

MANY = 10  # other accounts in ten minutes
MOBILE = "mobile"  # as risk.intel.kinds names it


def look(facts: Facts) -> Finding:
    """Mobile operators put thousands behind one address (carrier-grade NAT, RFC 6598): their number says nothing."""
    if facts.network is None or facts.network.scope != "public":
        return Unknown("a public address")
    if facts.network.as_kind == MOBILE:
        return Unknown("a network that strangers do not share")
    if facts.velocity is None or "network_accounts_10m" not in facts.velocity:
        return Unknown("how many others came with the network")
    others = facts.velocity["network_accounts_10m"]
    return Hit("velocity_network", (("others", others),)) if others >= MANY else CLEAR


SIGNAL = Signal(
    name="velocity_network",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "velocity_network",
            "Ten or more other accounts came from the same network (/24, or /64 of IPv6) within ten minutes.",
            "A lecture, an office or a conference behind one address that signs up together.",
        ),
    ),
    look=look,
)
