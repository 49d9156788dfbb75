"""The devices of the benchmarks' made-up population: for each kind, what its attributes can be together.

A table set by hand from makers' data sheets and browsers' documentation; the shares are round guesses.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """A kind of device: what each of its attributes can be, one draw for each."""

    group: str
    share: float
    system: tuple[str, str]  # operating system and kind
    platform: str
    browsers: Sequence[tuple[str, float]]
    graphics: Sequence[tuple[str, str, tuple[int, ...], tuple[int, ...]]]  # vendor, renderer, cores, gigabytes
    screens: Sequence[tuple[int, int]]
    touch: int
    fonts: tuple[str, ...]
    depth: int = 24


def angle(maker: str, card: str, drawing: str = "Direct3D11 vs_5_0 ps_5_0, D3D11") -> tuple[str, str]:
    """Vendor and renderer as Chromium writes them."""
    return f"Google Inc. ({maker})", f"ANGLE ({maker}, {card} {drawing})"


CHROMIUM = (("Chrome", 70), ("Edge", 18), ("Opera", 4))
ON_WINDOWS = (*CHROMIUM, ("Firefox", 8))
ON_MAC = (("Safari", 55), ("Chrome", 38), ("Firefox", 7))
LAPTOPS = ((1536, 864), (1536, 864), (1920, 1080), (1366, 768), (1280, 720))
DESKTOPS = ((1920, 1080), (1920, 1080), (1920, 1080), (2560, 1440), (3440, 1440), (1680, 1050), (3840, 2160))
MACBOOKS = ((1440, 900), (1470, 956), (1512, 982), (1728, 1117), (1680, 1050))
WINDOWS, MAC, IOS, ANDROID, LINUX = (
    ("Windows", "pc"),
    ("Mac OS X", "pc"),
    ("iOS", "mobile"),
    ("Android", "mobile"),
    ("Linux", "pc"),
)


def m_chip(number: int, *cores: int) -> tuple[str, str, tuple[int, ...], tuple[int, ...]]:
    """Apple's own processors as Chromium on a Mac names them."""
    return (
        "Google Inc. (Apple)",
        f"ANGLE (Apple, ANGLE Metal Renderer: Apple M{number}, Unspecified Version)",
        cores,
        (8, 16, 16, 32),
    )


MODELS = (
    Model(
        "Windows laptop",
        26,
        WINDOWS,
        "Win32",
        ON_WINDOWS,
        (
            (*angle("Intel", "Intel(R) UHD Graphics (0x00009B41)"), (4, 8, 8), (4, 8, 8, 16)),
            (*angle("Intel", "Intel(R) Iris(R) Xe Graphics (0x000046A6)"), (8, 12, 16), (8, 16, 16, 32)),
            (*angle("AMD", "AMD Radeon(TM) Graphics (0x00001681)"), (8, 12, 16), (8, 16, 16)),
            (*angle("Intel", "Intel(R) HD Graphics 520 (0x00001916)"), (4,), (4, 8)),
        ),
        LAPTOPS,
        0,
        ("windows",),
    ),
    Model(
        "Windows laptop with touch",
        4,
        WINDOWS,
        "Win32",
        ON_WINDOWS,
        ((*angle("Intel", "Intel(R) Iris(R) Xe Graphics (0x000046A6)"), (8, 12, 16), (8, 16, 16)),),
        ((1536, 864), (1440, 960), (1368, 912)),
        10,
        ("windows",),
    ),
    Model(
        "Windows desktop",
        15,
        WINDOWS,
        "Win32",
        ON_WINDOWS,
        (
            (*angle("NVIDIA", "NVIDIA GeForce RTX 3060 (0x00002504)"), (12, 16), (16, 32, 16)),
            (*angle("NVIDIA", "NVIDIA GeForce RTX 4070 (0x00002786)"), (16, 20, 24, 32), (16, 32, 32)),
            (*angle("NVIDIA", "NVIDIA GeForce GTX 1650 (0x00001F82)"), (8, 12), (8, 16)),
            (*angle("AMD", "AMD Radeon RX 6600 (0x000073FF)"), (12, 16), (16, 32)),
            (*angle("Intel", "Intel(R) UHD Graphics 630 (0x00003E92)"), (6, 8, 12), (8, 16)),
        ),
        DESKTOPS,
        0,
        ("windows",),
    ),
    Model(
        "Mac with Apple's processor",
        12,
        MAC,
        "MacIntel",
        ON_MAC,
        (m_chip(1, 8), m_chip(2, 8, 10), m_chip(3, 8, 12), m_chip(4, 10, 14)),
        MACBOOKS,
        0,
        ("apple",),
        30,
    ),
    Model(
        "Mac on a screen of another maker",
        3,
        MAC,
        "MacIntel",
        ON_MAC,
        (m_chip(1, 8), m_chip(2, 8, 10), m_chip(4, 10, 14)),
        ((1920, 1080), (2560, 1440), (3440, 1440), (3840, 2160)),
        0,
        ("apple",),
    ),
    Model(
        "Mac with Intel's processor",
        2,
        MAC,
        "MacIntel",
        ON_MAC,
        (
            (
                "Google Inc. (Intel Inc.)",
                "ANGLE (Intel Inc., Intel(R) Iris(TM) Plus Graphics 655, OpenGL 4.1)",
                (8,),
                (8, 16),
            ),
            (
                "Google Inc. (ATI Technologies Inc.)",
                "ANGLE (ATI Technologies Inc., AMD Radeon Pro 5500M OpenGL Engine, OpenGL 4.1)",
                (12, 16),
                (16, 32),
            ),
        ),
        MACBOOKS,
        0,
        ("apple",),
        30,
    ),
    Model(
        "iPhone",
        17,
        IOS,
        "iPhone",
        (("Mobile Safari", 88), ("Chrome Mobile iOS", 12)),
        (("Apple Inc.", "Apple GPU", (4,), ()),),
        ((390, 844), (393, 852), (430, 932), (414, 896), (375, 812), (402, 874), (375, 667)),
        5,
        ("apple",),
    ),
    Model(
        "iPad as a Mac",
        2,
        MAC,
        "MacIntel",
        (("Safari", 1),),
        (("Apple Inc.", "Apple GPU", (8,), ()),),
        ((820, 1180), (1024, 1366), (834, 1194), (810, 1080)),
        5,
        ("apple",),
    ),
    Model(
        "Galaxy",
        8,
        ANDROID,
        "Linux armv81",
        (("Chrome Mobile", 70), ("Samsung Internet", 30)),
        (
            ("Qualcomm", "Adreno (TM) 740", (8,), (8, 12)),
            ("ARM", "Mali-G68 MC4", (8,), (4, 6, 8)),
            ("Samsung Electronics Co., Ltd.", "ANGLE (Samsung Xclipse 940) on Vulkan 1.3.279", (10,), (8, 12)),
        ),
        ((360, 780), (384, 832), (412, 915), (360, 800)),
        5,
        ("android",),
    ),
    Model(
        "Pixel",
        3,
        ANDROID,
        "Linux armv81",
        (("Chrome Mobile", 92), ("Firefox Mobile", 8)),
        (
            ("ARM", "Mali-G710", (8,), (8, 12)),
            ("ARM", "Mali-G715", (9,), (8, 12)),
            ("Qualcomm", "Adreno (TM) 620", (8,), (6,)),
        ),
        ((412, 915), (412, 892), (448, 998)),
        5,
        ("android",),
    ),
    Model(
        "other Android",
        7,
        ANDROID,
        "Linux armv81",
        (("Chrome Mobile", 90), ("Opera Mobile", 10)),
        (
            ("Qualcomm", "Adreno (TM) 610", (8,), (4, 6)),
            ("ARM", "Mali-G57 MC2", (8,), (4, 6, 8)),
            ("Imagination Technologies", "PowerVR Rogue GE8320", (8, 4), (2, 4)),
        ),
        ((360, 800), (393, 873), (360, 806), (412, 915), (393, 851)),
        5,
        ("android",),
    ),
    Model(
        "Linux",
        2,
        LINUX,
        "Linux x86_64",
        (("Firefox", 45), ("Chrome", 55)),
        (
            (
                "Google Inc. (Intel)",
                "ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)",
                (8, 4),
                (8, 16),
            ),
            ("Google Inc. (AMD)", "ANGLE (AMD, AMD Radeon RX 6600 (radeonsi navi23), OpenGL 4.6)", (12, 16), (16, 32)),
            (
                "Google Inc. (NVIDIA Corporation)",
                "ANGLE (NVIDIA Corporation, NVIDIA GeForce RTX 3060/PCIe/SSE2, OpenGL 4.5.0)",
                (12, 16),
                (16, 32),
            ),
        ),
        (*DESKTOPS, *LAPTOPS),
        0,
        ("linux",),
    ),
    # The oddities. None of them is anybody's fault.
    Model(
        "Windows on a Snapdragon",
        0.3,
        WINDOWS,
        "Win32",
        CHROMIUM,
        ((*angle("Qualcomm", "Qualcomm(R) Adreno(TM) X1-85 GPU (0x36334330)"), (8, 10, 12), (16, 32)),),
        ((1440, 960), (1536, 1024)),
        10,
        ("windows",),
    ),
    Model(
        "Windows inside a Mac",
        0.2,
        WINDOWS,
        "Win32",
        CHROMIUM,
        ((*angle("Parallels", "Parallels Display Adapter (WDDM) (0x00000000)"), (4, 6), (8,)),),
        ((1512, 982), (1728, 1117), (1920, 1080)),
        0,
        ("windows",),
        32,
    ),
    Model(
        "remote desktop",
        0.5,
        WINDOWS,
        "Win32",
        CHROMIUM,
        ((*angle("Microsoft", "Microsoft Basic Render Driver (0x0000008C)"), (4, 8, 16, 32), (8, 16, 32)),),
        (*DESKTOPS, *LAPTOPS, *MACBOOKS),
        0,
        ("windows",),
        32,
    ),
    Model(
        "Mac's window on a PC (Hackintosh)",
        0.1,
        MAC,
        "MacIntel",
        ON_MAC,
        (
            (
                "Google Inc. (ATI Technologies Inc.)",
                "ANGLE (ATI Technologies Inc., AMD Radeon RX 580 OpenGL Engine, OpenGL 4.1)",
                (8, 12, 16),
                (16, 32),
            ),
        ),
        DESKTOPS,
        0,
        ("apple",),
    ),
    Model(
        "old PC, new card",
        0.3,
        WINDOWS,
        "Win32",
        ON_WINDOWS,
        ((*angle("NVIDIA", "NVIDIA GeForce RTX 4070 (0x00002786)"), (4, 6, 8), (8, 16)),),
        DESKTOPS,
        0,
        ("windows",),
    ),
)
