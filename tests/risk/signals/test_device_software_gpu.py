"""A browser that draws without a graphics card."""

import pytest

from risk.facts import Facts
from risk.signals.device_software_gpu import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="a graphics card"),
        pytest.param(
            with_(
                "device",
                webgl_renderer="ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)",
            ),
            "device_software_gpu",
            id="SwiftShader",
        ),
        pytest.param(
            with_("device", webgl_renderer="llvmpipe (LLVM 17.0.6, 256 bits)"), "device_software_gpu", id="llvmpipe"
        ),
        pytest.param(
            with_("device", webgl_renderer="ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11)"),
            "device_software_gpu",
            id="Windows without a driver",
        ),
        pytest.param(
            with_("device", webgl_vendor="Brian Paul", webgl_renderer="Mesa OffScreen"),
            "device_software_gpu",
            id="Mesa off screen",
        ),
        pytest.param(
            with_("device", webgl_renderer="ANGLE (VMware, SVGA3D; build: RELEASE)"),
            "clear",
            id="VMware, which is another signal",
        ),
        pytest.param(with_("device", webgl_vendor="Apple Inc.", webgl_renderer="Apple GPU"), "clear", id="Safari"),
        pytest.param(
            with_("device", webgl_vendor="Google Inc. (SwiftShader)", webgl_renderer=None),
            "device_software_gpu",
            id="the vendor tells it",
        ),
        pytest.param(with_("device", webgl_vendor=None, webgl_renderer=None), "unknown", id="no graphics told"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_renderers_in_software_are_known_by_name(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
