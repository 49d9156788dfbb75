"""The device's clock and its language are each usual, and hardly ever seen together."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

GROUP = "locale"
SUPPORT = 5_000  # sightings learnt from
RARE_LIFT = 0.05  # of what chance would give


def look(facts: Facts) -> Finding:
    """A clock and a language are compared with each other; neither of them says anything by itself."""
    pair = next((pair for pair in facts.pairs or () if pair.group == GROUP), None)
    if pair is None:
        return Unknown("the device's clock and language or how often they come together")
    if pair.support < SUPPORT:
        return Unknown("enough signups to learn from")
    if pair.lift is None:
        return Unknown("whether it is usual: one of the two is itself uncommon")
    return CLEAR if pair.lift >= RARE_LIFT else Hit("device_locale_rare", (("lift", pair.lift),))


SIGNAL = Signal(
    name="device_locale_rare",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_locale_rare",
            "The device's clock and its language are each usual here, and are hardly ever seen together.",
            "People who have moved or travel and keep their language: many, so it weighs next to nothing.",
        ),
    ),
    look=look,
)
