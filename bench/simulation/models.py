"""Kinds of devices: what goes together in each. Joint structure is of real devices (makers' data sheets, browsers'
documentation); how many people have each is a guess.
"""

from dataclasses import dataclass
from enum import StrEnum

from bench.simulation.dice import Weighted


class System(StrEnum):
    """What runs on it."""

    WINDOWS = "windows"
    MAC = "mac"
    IPHONE = "iphone"
    IPAD = "ipad"
    ANDROID = "android"
    LINUX = "linux"
    CHROMEOS = "chromeos"


@dataclass(frozen=True, slots=True)
class Graphics:
    """A graphics card or chip, and the machines that it is found in."""

    vendor: str
    renderer: str
    cores: tuple[int, ...]
    gigabytes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A kind of device."""

    name: str
    share: float
    system: System
    platform: str
    browsers: Weighted[str]
    graphics: tuple[Graphics, ...]
    screens: tuple[str, ...]
    touch: int
    stock: bool = False  # all of one model are the same inside: phones and tablets


def angle(maker: str, card: str, drawing: str = "Direct3D11 vs_5_0 ps_5_0, D3D11") -> tuple[str, str]:
    """Vendor and renderer as Chromium writes them."""
    return f"Google Inc. ({maker})", f"ANGLE ({maker}, {card} {drawing})"


def apple(chip: str, *cores: int) -> Graphics:
    """Apple's own processors as Chromium on a Mac names them."""
    return Graphics(*_metal(chip), cores, (8, 16, 16, 32))


def _metal(chip: str) -> tuple[str, str]:
    return "Google Inc. (Apple)", f"ANGLE (Apple, ANGLE Metal Renderer: Apple {chip}, Unspecified Version)"


ON_WINDOWS = Weighted([("chrome", 66), ("edge", 21), ("firefox", 8), ("opera", 4)])
ON_MAC = Weighted([("safari", 52), ("chrome", 40), ("firefox", 6), ("edge", 2)])
ON_ANDROID = Weighted([("chrome", 90), ("firefox", 4), ("opera", 2), ("inapp", 4)])
LAPTOPS = ("1536x864x24", "1536x864x24", "1920x1080x24", "1366x768x24", "1280x720x24", "1440x900x24")
DESKTOPS = ("1920x1080x24", "1920x1080x24", "1920x1080x24", "2560x1440x24", "3440x1440x24", "3840x2160x24")
MACBOOKS = ("1440x900x30", "1470x956x30", "1512x982x30", "1728x1117x30", "1680x1050x30")
S = System
MODELS = (
    Model(
        "Windows laptop",
        30,
        S.WINDOWS,
        "Win32",
        ON_WINDOWS,
        (
            Graphics(*angle("Intel", "Intel(R) UHD Graphics 620 (0x00005917)"), (4, 8), (8, 8, 16)),
            Graphics(*angle("Intel", "Intel(R) Iris(R) Xe Graphics (0x0000A7A0)"), (8, 12, 16), (8, 16, 16)),
            Graphics(*angle("Intel", "Intel(R) Iris(R) Xe Graphics (0x00009A49)"), (8,), (8, 16)),
            Graphics(*angle("Intel", "Intel(R) UHD Graphics (0x00004628)"), (8, 12), (8, 16)),
            Graphics(*angle("Intel", "Intel(R) Arc(TM) Graphics (0x00007D55)"), (14, 16, 22), (16, 32)),
            Graphics(*angle("AMD", "AMD Radeon(TM) Graphics (0x00001681)"), (8, 12, 16), (8, 16, 16)),
            Graphics(*angle("AMD", "AMD Radeon(TM) Graphics (0x000015E7)"), (8, 12), (8, 16)),
            Graphics(*angle("AMD", "AMD Radeon 780M Graphics (0x000015BF)"), (12, 16), (16, 32)),
            Graphics(*angle("Intel", "Intel(R) HD Graphics 520 (0x00001916)"), (4,), (4, 8)),
            Graphics(*angle("NVIDIA", "NVIDIA GeForce RTX 3050 Laptop GPU (0x000025A2)"), (8, 12, 16), (8, 16)),
            Graphics(*angle("NVIDIA", "NVIDIA GeForce RTX 4060 Laptop GPU (0x000028E0)"), (16, 20, 24), (16, 32)),
        ),
        LAPTOPS,
        0,
    ),
    Model(
        "Windows laptop with touch",
        4,
        S.WINDOWS,
        "Win32",
        ON_WINDOWS,
        (Graphics(*angle("Intel", "Intel(R) Iris(R) Xe Graphics (0x000046A6)"), (8, 12, 16), (8, 16, 16)),),
        ("1536x864x24", "1440x960x24", "1368x912x24"),
        10,
    ),
    Model(
        "Windows desktop",
        14,
        S.WINDOWS,
        "Win32",
        ON_WINDOWS,
        (
            Graphics(*angle("NVIDIA", "NVIDIA GeForce RTX 3060 (0x00002504)"), (12, 16), (16, 32, 16)),
            Graphics(*angle("NVIDIA", "NVIDIA GeForce RTX 4070 (0x00002786)"), (16, 20, 24, 32), (16, 32, 32)),
            Graphics(*angle("NVIDIA", "NVIDIA GeForce GTX 1650 (0x00001F82)"), (8, 12), (8, 16)),
            Graphics(*angle("NVIDIA", "NVIDIA GeForce GTX 1060 6GB (0x00001C03)"), (4, 6, 8, 12), (8, 16)),
            Graphics(*angle("AMD", "AMD Radeon RX 6600 (0x000073FF)"), (12, 16), (16, 32)),
            Graphics(*angle("Intel", "Intel(R) UHD Graphics 630 (0x00003E92)"), (6, 8, 12), (8, 16)),
            Graphics(*angle("Intel", "Intel(R) UHD Graphics 770 (0x00004680)"), (16, 20, 24), (16, 32)),
        ),
        DESKTOPS,
        0,
    ),
    Model(
        "Mac",
        12,
        S.MAC,
        "MacIntel",
        ON_MAC,
        (
            apple("M1", 8),
            apple("M2", 8),
            apple("M3", 8),
            apple("M3 Pro", 11, 12),
            apple("M4", 10),
            apple("M1 Pro", 8, 10),
        ),
        (*MACBOOKS, *MACBOOKS, "1920x1080x24", "2560x1440x24"),
        0,
    ),
    Model(
        "older Mac",
        2,
        S.MAC,
        "MacIntel",
        ON_MAC,
        (
            Graphics(
                "Google Inc. (Intel Inc.)",
                "ANGLE (Intel Inc., Intel(R) Iris(TM) Plus Graphics 655, OpenGL 4.1)",
                (8,),
                (8, 16),
            ),
        ),
        MACBOOKS,
        0,
    ),
    Model(
        "iPhone",
        19,
        S.IPHONE,
        "iPhone",
        Weighted([("safari", 87), ("chrome", 10), ("inapp", 3)]),
        (Graphics("Apple Inc.", "Apple GPU", (4,), ()),),
        (
            "390x844x24",
            "393x852x24",
            "430x932x24",
            "402x874x24",
            "414x896x24",
            "375x812x24",
            "440x956x24",
            "375x667x24",
        ),
        5,
        stock=True,
    ),
    Model(
        "iPad",
        2,
        S.IPAD,
        "MacIntel",
        Weighted([("safari", 1)]),
        (Graphics("Apple Inc.", "Apple GPU", (8,), ()),),
        ("820x1180x24", "1024x1366x24", "834x1194x24", "810x1080x24"),
        5,
        stock=True,
    ),
    Model(
        "Galaxy, dear",
        6,
        S.ANDROID,
        "Linux armv81",
        Weighted([("chrome", 68), ("samsung", 32)]),
        (
            Graphics("Qualcomm", "Adreno (TM) 740", (8,), (8,)),
            Graphics("Qualcomm", "Adreno (TM) 750", (8,), (8,)),
            Graphics("Samsung Electronics Co., Ltd.", "ANGLE (Samsung Xclipse 940) on Vulkan 1.3.279", (10,), (8,)),
        ),
        ("360x780x24", "384x832x24", "412x915x24"),
        5,
        stock=True,
    ),
    Model(
        "Galaxy A",
        6,
        S.ANDROID,
        "Linux armv81",
        Weighted([("chrome", 75), ("samsung", 25)]),
        (Graphics("ARM", "Mali-G68 MC4", (8,), (4, 8)), Graphics("ARM", "Mali-G57 MC2", (8,), (4,))),
        ("360x800x24", "384x854x24"),
        5,
        stock=True,
    ),
    Model(
        "Pixel",
        3,
        S.ANDROID,
        "Linux armv81",
        ON_ANDROID,
        (Graphics("ARM", "Mali-G710", (8,), (8,)), Graphics("ARM", "Mali-G715", (9, 8), (8,))),
        ("412x915x24", "412x892x24", "448x998x24"),
        5,
        stock=True,
    ),
    Model(
        "Redmi",
        8,
        S.ANDROID,
        "Linux armv81",
        ON_ANDROID,
        (Graphics("Qualcomm", "Adreno (TM) 610", (8,), (4, 8)), Graphics("Qualcomm", "Adreno (TM) 619", (8,), (4, 8))),
        ("393x873x24", "360x800x24", "393x851x24"),
        5,
        stock=True,
    ),
    Model(
        "cheap Android",
        4,
        S.ANDROID,
        "Linux armv81",
        ON_ANDROID,
        (
            Graphics("Imagination Technologies", "PowerVR Rogue GE8320", (8,), (2, 4)),
            Graphics("ARM", "Mali-G52 MC2", (8,), (4,)),
        ),
        ("360x806x24", "360x800x24", "360x760x24"),
        5,
        stock=True,
    ),
    Model(
        "Linux",
        2,
        S.LINUX,
        "Linux x86_64",
        Weighted([("firefox", 45), ("chrome", 55)]),
        (
            Graphics(
                "Google Inc. (Intel)",
                "ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)",
                (4, 8),
                (8, 16),
            ),
            Graphics(
                "Google Inc. (AMD)", "ANGLE (AMD, AMD Radeon RX 6600 (radeonsi navi23), OpenGL 4.6)", (12, 16), (16, 32)
            ),
        ),
        (*DESKTOPS, *LAPTOPS),
        0,
    ),
    Model(
        "Chromebook",
        2,
        S.CHROMEOS,
        "Linux x86_64",
        Weighted([("chrome", 1)]),
        (
            Graphics(
                "Google Inc. (Intel)", "ANGLE (Intel, Mesa Intel(R) UHD Graphics (JSL), OpenGL ES 3.2)", (2, 4), (4,)
            ),
            Graphics(
                "Google Inc. (Intel)", "ANGLE (Intel, Mesa Intel(R) Graphics (ADL-N), OpenGL ES 3.2)", (4, 8), (4, 8)
            ),
        ),
        ("1366x768x24", "1536x864x24", "1280x800x24"),
        10,
    ),
    Model(
        "remote desktop",
        0.4,
        S.WINDOWS,
        "Win32",
        Weighted([("chrome", 70), ("edge", 30)]),
        (Graphics(*angle("Microsoft", "Microsoft Basic Render Driver (0x0000008C)"), (4, 8, 16), (8, 16)),),
        (*DESKTOPS, *LAPTOPS),
        0,
    ),
)
ALL = Weighted([(model, model.share) for model in MODELS])
COMPUTERS = Weighted([(model, model.share) for model in MODELS if not model.stock])
PHONES = Weighted([(model, model.share) for model in MODELS if model.stock and model.system is not S.IPAD])
ANDROIDS = Weighted([(model, model.share) for model in MODELS if model.system is S.ANDROID])
BY_NAME = {model.name: model for model in MODELS}
# Where phones are the only computer of most: IN, ID, NG. Chosen, not measured.
PHONE_FIRST = Weighted([(model, model.share * (3 if model.system is S.ANDROID else 0.5)) for model in MODELS])
