"""Another system's fonts without the system's own are a hit; either half alone is not."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.device_fonts_mismatch import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


def fonts(*systems: str, os: str = "Windows") -> Facts:
    """Alice with fonts of these systems."""
    return replace(with_("browser", os=os), device=with_("device", font_systems=systems).device)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(fonts("windows"), "clear", id="Windows"),
        pytest.param(fonts("windows", "apple"), "clear", id="a designer with Apple fonts installed"),
        pytest.param(fonts("apple", "windows", os="Mac OS X"), "clear", id="a Mac with Office"),
        pytest.param(fonts("linux"), "device_fonts_mismatch", id="a server that says it is Windows"),
        pytest.param(fonts("windows", os="iOS"), "device_fonts_mismatch", id="a Windows that says it is an iPhone"),
        pytest.param(fonts("windows", os="Mac OS X"), "device_fonts_mismatch", id="a Windows that says it is a Mac"),
        pytest.param(fonts(), "unknown", id="a browser that hides them"),
        pytest.param(fonts("android"), "unknown", id="fonts that people install everywhere"),
        pytest.param(fonts("windows", os="Linux"), "unknown", id="a system without fonts of its own"),
        pytest.param(ALICE, "unknown", id="fonts that were not asked for"),
        pytest.param(alice(device=None), "unknown", id="no device"),
        pytest.param(replace(fonts("windows"), browser=None), "unknown", id="no user agent"),
    ],
)
def test_own_fonts_missing_and_foreign_ones_there(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
