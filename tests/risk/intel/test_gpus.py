"""Makers, interfaces and series are read off WebGL's texts as browsers write them."""

import pytest

from risk.intel.gpus import interface, legible, maker, series


@pytest.mark.parametrize(
    ("vendor", "renderer", "expected"),
    [
        (
            "Google Inc. (NVIDIA)",
            "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 (0x00002504) Direct3D11 vs_5_0 ps_5_0, D3D11)",
            ("nvidia", "direct3d", "geforce rtx 30"),
        ),
        (
            "Google Inc. (Intel)",
            "ANGLE (Intel, Intel(R) UHD Graphics 620 Direct3D11 vs_5_0 ps_5_0, D3D11)",
            ("intel", "direct3d", "uhd graphics 62"),
        ),
        (
            "Google Inc. (Apple)",
            "ANGLE (Apple, ANGLE Metal Renderer: Apple M2 Pro, Unspecified Version)",
            ("apple", "metal", "apple m2"),
        ),
        ("Apple Inc.", "Apple GPU", ("apple", None, "apple")),
        ("Qualcomm", "Adreno (TM) 740", ("qualcomm", None, "adreno 74")),
        ("ARM", "Mali-G78", ("arm", None, "mali-g78")),
        (
            "Google Inc. (AMD)",
            "ANGLE (AMD, AMD Radeon RX 6600 (radeonsi navi23), OpenGL 4.6)",
            ("amd", "opengl", "radeon rx 66"),
        ),
        (
            "Google Inc. (Google)",
            "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)",
            ("software", "vulkan", "software"),
        ),
        ("VMware, Inc.", "SVGA3D; build: RELEASE", ("virtual", None, "virtual")),
        ("Mesa", "virgl (AMD Radeon RX 580)", ("virtual", None, "radeon rx 58")),
        ("Mozilla", "Mozilla", (None, None, None)),
        (None, None, (None, None, None)),
    ],
)
def test_texts_are_read_as_browsers_write_them(
    vendor: str | None, renderer: str | None, expected: tuple[str | None, str | None, str | None]
) -> None:
    text = legible(vendor, renderer)
    assert (maker(text), interface(text), series(text)) == expected
