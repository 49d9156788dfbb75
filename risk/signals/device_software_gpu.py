"""Graphics are drawn without a graphics card."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown
from risk.intel.gpus import SOFTWARE, legible, named


def look(facts: Facts) -> Finding:
    """Browsers on servers have no card, so farms that run there draw in software."""
    if facts.device is None or not (facts.device.webgl_renderer or facts.device.webgl_vendor):
        return Unknown("the device's graphics")
    name = named(legible(facts.device.webgl_vendor, facts.device.webgl_renderer), SOFTWARE)
    return Hit("device_software_gpu", (("renderer", name),)) if name else CLEAR


SIGNAL = Signal(
    name="device_software_gpu",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_software_gpu",
            "The browser draws in software, without a graphics card.",
            "Remote desktops at work; old computers, and ones whose driver has failed or is blocked by the browser.",
        ),
    ),
    look=look,
)
