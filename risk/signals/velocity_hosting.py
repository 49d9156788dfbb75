"""Other accounts came just now from the same corner of a hosting company."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

MANY = 3  # other accounts in ten minutes
HOSTING = "hosting"  # as risk.intel.kinds and risk.intel.sources both name it
EXPLAINED = frozenset({"tor", "vpn", "relay", "proxy"})  # strangers come out there side by side


def look(facts: Facts) -> Finding:
    """One person may sit before a rented machine; four at a time, next to each other, are a rented rack."""
    if facts.network is None or facts.network.scope != "public":
        return Unknown("a public address")
    services = frozenset(facts.network.services or ())
    if services & EXPLAINED:
        return Unknown("a machine that strangers do not share")
    if facts.network.as_kind is None and HOSTING not in services:
        return Unknown("the kind of network")
    if facts.network.as_kind != HOSTING and HOSTING not in services:
        return CLEAR
    if facts.velocity is None or "network_accounts_10m" not in facts.velocity:
        return Unknown("how many others came with the network")
    others = facts.velocity["network_accounts_10m"]
    return Hit("velocity_hosting", (("others", others),)) if others >= MANY else CLEAR


SIGNAL = Signal(
    name="velocity_hosting",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "velocity_hosting",
            "Three or more other accounts came within ten minutes from the same network of a hosting company.",
            "A company whose people all leave through one cloud, or a VPN that no list knows.",
        ),
    ),
    look=look,
)
