"""The graphics must exist on the system that the user agent names."""

from dataclasses import replace
from typing import Any

import pytest

from risk.facts import Facts
from risk.signals.device_gpu_mismatch import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_

METAL = "ANGLE (Apple, ANGLE Metal Renderer: Apple M2, Unspecified Version)"
DIRECT3D = "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0)"


def drawn(vendor: str | None, renderer: str | None, **browser: Any) -> Facts:
    """Alice with other graphics and another user agent."""
    device = with_("device", webgl_vendor=vendor, webgl_renderer=renderer).device
    return replace(with_("browser", **browser), device=device)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="NVIDIA under Windows"),
        pytest.param(drawn("Google Inc. (Apple)", METAL), "device_gpu_mismatch", id="an Apple processor under Windows"),
        pytest.param(drawn("Google Inc. (Apple)", METAL, os="Mac OS X"), "clear", id="an Apple processor in a Mac"),
        pytest.param(
            drawn("Google Inc. (NVIDIA)", DIRECT3D, os="Mac OS X"), "device_gpu_mismatch", id="Direct3D on a Mac"
        ),
        pytest.param(
            drawn("Google Inc. (NVIDIA)", DIRECT3D, os="Linux"), "device_gpu_mismatch", id="Direct3D on Linux"
        ),
        pytest.param(
            drawn("Google Inc. (NVIDIA)", DIRECT3D, os="iOS", kind="mobile"),
            "device_gpu_mismatch",
            id="NVIDIA in an iPhone",
        ),
        pytest.param(drawn("ARM", "Mali-G78"), "device_gpu_mismatch", id="a phone under Windows"),
        pytest.param(
            drawn("Google Inc. (Qualcomm)", "ANGLE (Qualcomm, Qualcomm(R) Adreno(TM) X1-85 GPU Direct3D11)"),
            "clear",
            id="Windows on a Snapdragon",
        ),
        pytest.param(drawn("ARM", "Mali-G78", os="Android", kind="mobile"), "clear", id="a phone"),
        pytest.param(drawn("Apple Inc.", "Apple GPU", os="iOS", kind="mobile"), "clear", id="an iPhone"),
        pytest.param(drawn("Apple", "Apple M1 (G13G B0)", os="Linux"), "clear", id="Linux on a Mac"),
        pytest.param(drawn("Mozilla", "Mozilla"), "unknown", id="a browser that hides them"),
        pytest.param(drawn("ARM", "Mali-G78", os="Tizen"), "unknown", id="a system nobody here knows"),
        pytest.param(drawn(None, None), "unknown", id="no graphics"),
        pytest.param(alice(device=None), "unknown", id="no device"),
        pytest.param(alice(browser=None), "unknown", id="no user agent"),
    ],
)
def test_cards_and_what_draws_with_them_belong_to_systems(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
