"""Who makes a graphics processor, and through which interface the browser draws, by WebGL's unmasked texts.

The texts are ANGLE's (its `Display*::getRendererString`s, as "ANGLE (Apple, ANGLE Metal Renderer: Apple M2, ...)"), the
drivers' own, and Firefox's, which names a typical card of the series in place of the card itself.
"""

import re
from collections.abc import Iterable

# Parts in lower case, tried in this order: what draws in place of a card stands before the card that it names.
SOFTWARE = (
    "swiftshader",
    "llvmpipe",
    "softpipe",
    "lavapipe",
    "mesa offscreen",
    "microsoft basic render",
    "apple software renderer",
    "gdi generic",
)
VIRTUAL = (
    "vmware",
    "svga3d",
    "virtualbox",
    "chromium vbox",
    "parallels",
    "virgl",
    "virtio",
    "qxl",
    "venus (",
    "hyper-v",
)
MAKERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("apple", ("apple",)),
    ("nvidia", ("nvidia", "geforce", "quadro", "nouveau")),
    ("intel", ("intel",)),
    ("amd", ("amd", "radeon", "ati technologies")),
    ("qualcomm", ("adreno", "qualcomm")),
    ("samsung", ("xclipse",)),
    ("arm", ("mali", "immortalis")),
    ("imagination", ("powervr", "imagination")),
    ("broadcom", ("videocore", "v3d ")),
)
INTERFACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("direct3d", ("direct3d", "d3d9", "d3d11", "d3d12")),
    ("metal", ("metal",)),
    ("vulkan", ("vulkan",)),
    ("opengl es", ("opengl es",)),
    ("opengl", ("opengl",)),
)
# The maker's series and the first two digits of the model: enough to be shared by many, and to belong to a time.
SERIES = re.compile(
    r"(geforce|quadro|radeon|adreno|xclipse|mali-[gt]|immortalis-g|iris|uhd graphics|hd graphics|\barc\b|\bapple [am]"
    r"|powervr)([a-z ]{0,16})(\d{0,2})",
    re.ASCII,
)
TRADE_MARKS = re.compile(r"\((?:r|tm|c)\)", re.ASCII)


def legible(vendor: str | None, renderer: str | None) -> str:
    """Both texts in one, lower case, without the marks of trade."""
    return " ".join(TRADE_MARKS.sub("", f"{vendor or ''} {renderer or ''}".lower()).split())


def named(text: str, parts: Iterable[str]) -> str | None:
    """The first of the parts that stands in the text."""
    return next((part for part in parts if part in text), None)


def maker(text: str) -> str | None:
    """Who makes the card of a legible text: "software" and "virtual" where there is none; None for one not known."""
    if named(text, SOFTWARE):
        return "software"
    if named(text, VIRTUAL):
        return "virtual"
    return next((name for name, parts in MAKERS if named(text, parts)), None)


def interface(text: str) -> str | None:
    """What the browser draws through; None where the text does not tell."""
    return next((name for name, parts in INTERFACES if named(text, parts)), None)


def series(text: str) -> str | None:
    """The card's series, as "geforce rtx 30"; its maker where no series is named."""
    found = SERIES.search(text)
    return "".join(found.groups()).strip() if found else maker(text)
