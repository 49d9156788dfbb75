"""A screen must be one that such a device can have."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.device_screen import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


def shown(width: int, height: int, depth: int = 24, kind: str = "pc") -> Facts:
    """Alice with another screen."""
    return replace(with_("browser", kind=kind), device=with_("device", screen=(width, height, depth)).device)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="an ordinary screen"),
        pytest.param(shown(430, 932, kind="mobile"), "clear", id="a phone"),
        pytest.param(shown(932, 430, 32, kind="mobile"), "clear", id="a phone that lies on its side"),
        pytest.param(shown(884, 982, kind="mobile"), "clear", id="a folding phone, unfolded"),
        pytest.param(shown(5120, 1440, 30), "clear", id="a very wide one"),
        pytest.param(shown(1920, 1080, kind="mobile"), "device_screen_impossible", id="a desk's screen in a phone"),
        pytest.param(shown(0, 0), "device_screen_impossible", id="no screen at all"),
        pytest.param(shown(1920, 1080, 0), "device_screen_impossible", id="no colours"),
        pytest.param(shown(1920, 1080, 23), "device_screen_impossible", id="a depth that no display has"),
        pytest.param(shown(800, 600), "device_screen_headless", id="a browser without a display"),
        pytest.param(shown(800, 600, kind="tablet"), "clear", id="an old tablet"),
        pytest.param(with_("device", screen=None), "unknown", id="no screen told"),
        pytest.param(alice(device=None), "unknown", id="no device"),
        pytest.param(alice(browser=None), "unknown", id="no user agent"),
    ],
)
def test_screens_have_their_limits(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
