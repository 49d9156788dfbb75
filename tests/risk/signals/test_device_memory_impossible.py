"""Memory and processors must be numbers that the browser reports."""

from dataclasses import replace
from typing import Any

import pytest

from risk.facts import Facts
from risk.signals.device_memory_impossible import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


def told(memory: float | None, cores: int | None = 8, **browser: Any) -> Facts:
    """Alice with other memory and processors."""
    device = with_("device", device_memory=memory, hardware_concurrency=cores).device
    return replace(with_("browser", **browser), device=device)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="eight gigabytes"),
        pytest.param(told(32), "clear", id="32 since Chrome 147"),
        pytest.param(told(16, major=146), "device_memory_impossible", id="16 before Chrome 147"),
        pytest.param(told(0.25, major=120), "clear", id="an old small one"),
        pytest.param(told(12), "device_memory_impossible", id="a number that is no power of two"),
        pytest.param(told(64), "device_memory_impossible", id="past the bound"),
        pytest.param(
            told(16, os="Android", family="Chrome Mobile", kind="mobile"),
            "device_memory_impossible",
            id="16 on Android",
        ),
        pytest.param(told(16, family="Opera", major=120), "clear", id="a browser that counts its own versions"),
        pytest.param(told(8, family="Firefox"), "device_memory_impossible", id="Firefox, which never tells"),
        pytest.param(told(None, family="Firefox"), "clear", id="Firefox as it is"),
        pytest.param(told(8, 0), "device_memory_impossible", id="no processor at all"),
        pytest.param(told(8, 1024), "device_memory_impossible", id="a thousand processors"),
        pytest.param(told(None, None), "unknown", id="nothing told"),
        pytest.param(alice(device=None), "unknown", id="no device"),
        pytest.param(alice(browser=None), "unknown", id="no user agent"),
    ],
)
def test_browsers_round_what_they_report(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
