"""The device is far from what it was when the account came with it."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

COMMON = 1  # others expected to look the same, from which the device is not one that can be counted on


def look(facts: Facts) -> Finding:
    """Known again step by step, and yet another machine: tools that make up devices change them a little each time."""
    if facts.device is None or facts.device.drifted is None:
        return Unknown("what became of the device since")
    if facts.device.common is None or facts.device.common >= COMMON:
        return Unknown("a device that can be told from others of its model")
    names = facts.device.drifted
    return Hit("device_drifted", (("changed", ", ".join(names)),)) if names else CLEAR


SIGNAL = Signal(
    name="device_drifted",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_drifted",
            "The device has since changed further than one does by itself: what comes now is another machine.",
            "Somebody who had most parts of their computer replaced, or whose virtual machine was moved.",
        ),
    ),
    look=look,
)
