"""Graphics are drawn without a graphics card."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

# Parts of WebGL's unmasked vendor and renderer, in lower case, of renderers in software and of virtual machines.
SOFTWARE = (
    "swiftshader",
    "llvmpipe",
    "softpipe",
    "lavapipe",
    "mesa offscreen",
    "microsoft basic render",
    "apple software renderer",
    "gdi generic",
    "vmware svga",
    "svga3d",
    "virtualbox",
)


def look(facts: Facts) -> Finding:
    """Browsers on servers have no card, so farms that run there draw in software."""
    if facts.device is None or not (facts.device.webgl_renderer or facts.device.webgl_vendor):
        return Unknown("the device's graphics")
    graphics = f"{facts.device.webgl_vendor} {facts.device.webgl_renderer}".lower()
    for name in SOFTWARE:
        if name in graphics:
            return Hit("device_software_gpu", (("renderer", name),))
    return CLEAR


SIGNAL = Signal(
    name="device_software_gpu",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_software_gpu",
            "The browser draws in software or inside a virtual machine.",
            "Remote desktops and virtual machines at work; old computers, and ones whose driver has failed or"
            " is blocked by the browser.",
        ),
    ),
    look=look,
)
