"""The graphics are a virtual machine's."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown
from risk.intel.gpus import VIRTUAL, legible, named


def look(facts: Facts) -> Finding:
    """One computer can hold many virtual ones, each with a device of its own."""
    if facts.device is None or not (facts.device.webgl_renderer or facts.device.webgl_vendor):
        return Unknown("the device's graphics")
    name = named(legible(facts.device.webgl_vendor, facts.device.webgl_renderer), VIRTUAL)
    return Hit("device_virtual_machine", (("renderer", name),)) if name else CLEAR


SIGNAL = Signal(
    name="device_virtual_machine",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_virtual_machine",
            "The graphics are a virtual machine's (VMware, VirtualBox, Parallels, QEMU).",
            "People who run Windows on a Mac, work on their company's virtual desktops, or keep their surfing apart.",
        ),
    ),
    look=look,
)
