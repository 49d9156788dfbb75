"""The address is none that the internet can reach."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

UNROUTABLE = frozenset({"private", "shared", "loopback", "reserved", "documentation"})


def look(facts: Facts) -> Finding:
    """Nobody comes from such an address: it was made up, or is a proxy of the caller's own."""
    if facts.network is None:
        return Unknown("the address")
    if facts.network.scope == "malformed":
        return Unknown("a readable address")
    if facts.network.scope not in UNROUTABLE:
        return CLEAR
    return Hit("network_unroutable", (("scope", facts.network.scope),))


SIGNAL = Signal(
    name="network_unroutable",
    family=Family.NETWORK,
    reasons=(
        ReasonKind(
            "network_unroutable",
            "The address is one that the internet cannot reach: private, reserved or for documentation.",
            "People inside the caller's own network, and everybody when the caller sends its proxy's address in"
            " place of the person's.",
        ),
    ),
    look=look,
)
