"""Other accounts came from the very same address within a day."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

MANY = 10  # other accounts in a day
MANY_SHARED = 40  # the same, where strangers share the address
LIKELY_SHARED = 0.5  # of 0 to 1
MOBILE, RELAY = "mobile", "relay"  # as risk.intel.kinds and risk.intel.sources name them


def look(facts: Facts) -> Finding:
    """Slower than a burst from a network, and just as much from one place."""
    if facts.network is None or facts.network.scope != "public":
        return Unknown("a public address")
    if facts.network.as_kind == MOBILE or RELAY in (facts.network.services or ()):
        return Unknown("an address that strangers do not share")
    if facts.velocity is None or "address_accounts_1d" not in facts.velocity:
        return Unknown("how many others came from the address")
    others = facts.velocity["address_accounts_1d"]
    if others < MANY:
        return CLEAR
    if others < MANY_SHARED and (facts.network.shared or 0.0) >= LIKELY_SHARED:
        return Unknown("an address that strangers do not share")
    return Hit("velocity_address", (("others", others),))


SIGNAL = Signal(
    name="velocity_address",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "velocity_address",
            "Ten or more other accounts came from the very same address within a day; forty where strangers share it.",
            "A school, an office or a cafe that nobody has come from before, on the day on which it signs up together.",
        ),
    ),
    look=look,
)
