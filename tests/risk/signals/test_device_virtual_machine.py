"""Virtual machines are known by what draws in them."""

import pytest

from risk.facts import Facts
from risk.signals.device_virtual_machine import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="a graphics card"),
        pytest.param(
            with_("device", webgl_renderer="ANGLE (VMware, SVGA3D; build: RELEASE; LLVM;)"),
            "device_virtual_machine",
            id="VMware",
        ),
        pytest.param(
            with_("device", webgl_renderer="ANGLE (VirtualBox Graphics Adapter (WDDM) Direct3D11)"),
            "device_virtual_machine",
            id="VirtualBox",
        ),
        pytest.param(
            with_("device", webgl_renderer="ANGLE (Parallels, Parallels Display Adapter (WDDM) Direct3D11)"),
            "device_virtual_machine",
            id="Parallels",
        ),
        pytest.param(with_("device", webgl_renderer="virgl (AMD Radeon RX 580)"), "device_virtual_machine", id="QEMU"),
        pytest.param(
            with_("device", webgl_renderer="llvmpipe (LLVM 17.0.6, 256 bits)"),
            "clear",
            id="drawn in software, which is another signal",
        ),
        pytest.param(with_("device", webgl_vendor=None, webgl_renderer=None), "unknown", id="no graphics"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_virtual_machines_are_known_by_name(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
