"""Two of the device's attributes are each usual, and hardly ever seen together."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

GROUP = "hardware"
SUPPORT = 5_000  # sightings learnt from, before which nothing is usual or rare
RARE_LIFT = 0.05  # of what chance would give: one in twenty, and that at the upper end of what the counts allow
JUDGED_SHARE = 0.5  # of the device's pairs that have to be common enough to judge before the device is in order


def look(facts: Facts) -> Finding:
    """Fingerprint generators draw attributes one by one; real devices come as wholes. Learnt from traffic."""
    pair = next((pair for pair in facts.pairs or () if pair.group == GROUP), None)
    if pair is None:
        return Unknown("the device's attributes or how often they come together")
    if pair.support < SUPPORT:
        return Unknown("enough signups to learn from")
    if pair.lift is not None and pair.lift < RARE_LIFT:
        return Hit(
            "device_pair_rare", (("pair", pair.name or ""), ("lift", pair.lift), ("expected", pair.expected or 0))
        )
    if pair.judged < JUDGED_SHARE * pair.asked:
        return Unknown("whether it is usual: its attributes are themselves uncommon")
    return CLEAR


SIGNAL = Signal(
    name="device_pair_rare",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_pair_rare",
            "Two of the device's attributes are each usual here, and are hardly ever seen together.",
            "Uncommon but real devices: a screen of another maker on a Mac, an old system on a new computer, remote"
            " desktops; and a model that has just come out.",
        ),
    ),
    look=look,
)
