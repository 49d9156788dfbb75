"""Many other accounts came with the same device after this one."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

MANY = 6  # other accounts: more than a family
COMMON = 1  # others expected to look the same, from which the device is not one that can be counted on


def look(facts: Facts) -> Finding:
    """Who was the first of a farm saw nobody before. Only of a device that can be told from others does it count."""
    if facts.device is None or facts.device.others_since is None:
        return Unknown("how many came with the device since")
    if facts.device.common is None or facts.device.common >= COMMON:
        return Unknown("a device that can be told from others of its model")
    others = facts.device.others_since
    return Hit("device_shared_since", (("others", others),)) if others >= MANY else CLEAR


SIGNAL = Signal(
    name="device_shared_since",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "device_shared_since",
            "Six or more other accounts came with the same device after this one.",
            "The first to sign up at a computer for all: a library, a school, a family's.",
        ),
    ),
    look=look,
)
