"""The TLS greeting and the browser that the user agent names are each usual, and hardly ever seen together."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

GROUP = "edge"
SUPPORT = 5_000  # sightings learnt from
RARE_LIFT = 0.05  # of what chance would give


def look(facts: Facts) -> Finding:
    """A program that copies a browser's user agent greets as itself; what goes with what is learnt from traffic."""
    pair = next((pair for pair in facts.pairs or () if pair.group == GROUP), None)
    if pair is None:
        return Unknown("the connection's JA4 or how often it comes with this browser")
    if pair.support < SUPPORT:
        return Unknown("enough signups to learn from")
    if pair.lift is None:
        return Unknown("whether it is usual: the greeting or the browser is itself uncommon")
    if pair.lift >= RARE_LIFT:
        return CLEAR
    return Hit("edge_hello_rare", (("pair", pair.name or ""), ("ja4", facts.edge.ja4 or "" if facts.edge else "")))


SIGNAL = Signal(
    name="edge_hello_rare",
    family=Family.EDGE,
    reasons=(
        ReasonKind(
            "edge_hello_rare",
            "The TLS greeting and the browser that the user agent names are each usual here, and are hardly ever"
            " seen together.",
            "Virus scanners and company proxies that open the connection and greet on the browser's behalf.",
        ),
    ),
    look=look,
)
