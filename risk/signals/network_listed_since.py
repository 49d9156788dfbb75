"""The address of the signup has been put on a list since."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

TELLING = frozenset({"tor", "proxy", "residential_proxy"})  # VPNs, relays and hosting say little, and less afterwards


def look(facts: Facts) -> Finding:
    """Lists learn of proxies after these have been used: an account can have come through one before it stood there."""
    if facts.network is None or facts.network.services is None:
        return Unknown("what the address is used for")
    since = sorted(TELLING.intersection(facts.network.listed_since))
    return Hit("network_listed_since", (("services", ", ".join(since)),)) if since else CLEAR


SIGNAL = Signal(
    name="network_listed_since",
    family=Family.NETWORK,
    reasons=(
        ReasonKind(
            "network_listed_since",
            "The address was put on a list of proxies or Tor exits within months after the signup.",
            "Everybody whose provider gave the address to somebody else afterwards, who ran a proxy there.",
        ),
    ),
    look=look,
)
