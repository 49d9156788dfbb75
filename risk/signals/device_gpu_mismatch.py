"""The graphics are not of the system that the user agent names."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown
from risk.intel.gpus import interface, legible, maker

HANDSETS_ONLY = ("arm", "samsung", "imagination")  # makers whose cards browsers on Windows and Macs never name
# What cannot be, by the user agent's system. Direct3D is Windows' own and Metal Apple's; Windows runs on Qualcomm's
# chips, Macs have had cards of Intel, AMD and NVIDIA, and Linux runs on everything, Apple's computers (Asahi) included.
NO_INTERFACE = {
    "Windows": ("metal",),
    "Mac OS X": ("direct3d",),
    "iOS": ("direct3d",),
    "Android": ("direct3d", "metal"),
    "Chrome OS": ("direct3d", "metal"),
    "Linux": ("direct3d", "metal"),
    "Ubuntu": ("direct3d", "metal"),
}
NO_MAKER = {
    "Windows": ("apple", *HANDSETS_ONLY),
    "Mac OS X": ("qualcomm", *HANDSETS_ONLY),
    "iOS": ("qualcomm", "nvidia", "intel", "amd", "arm", "samsung"),
    "Android": ("apple",),
    "Chrome OS": ("apple",),
}


def look(facts: Facts) -> Finding:
    """The driver names the card, three layers below the user agent; whoever changes one often forgets the other."""
    if facts.device is None or not (facts.device.webgl_renderer or facts.device.webgl_vendor):
        return Unknown("the device's graphics")
    if facts.browser is None or facts.browser.os not in NO_INTERFACE:
        return Unknown("the user agent's system")
    text = legible(facts.device.webgl_vendor, facts.device.webgl_renderer)
    card, drawing, system = maker(text), interface(text), facts.browser.os
    if drawing in NO_INTERFACE[system]:
        return Hit("device_gpu_mismatch", (("drawing", drawing or ""), ("system", system)))
    if card in NO_MAKER.get(system, ()):
        return Hit("device_gpu_mismatch", (("maker", card or ""), ("system", system)))
    return CLEAR if card or drawing else Unknown("whose the device's graphics are")


SIGNAL = Signal(
    name="device_gpu_mismatch",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_gpu_mismatch",
            "The graphics card, or what draws with it, does not exist on the system that the user agent names.",
            "Extensions that change the user agent; a telephone's app that runs on a computer (Android on Windows or"
            " ChromeOS, iPad apps on a Mac).",
        ),
    ),
    look=look,
)
