"""A handset can be touched."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.device_touch_mismatch import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


def handset(touch_points: int | None) -> Facts:
    """Alice on a phone."""
    return replace(with_("device", touch_points=touch_points), browser=with_("browser", kind="mobile").browser)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="a desktop without"),
        pytest.param(handset(0), "device_touch_mismatch", id="a phone without"),
        pytest.param(handset(5), "clear", id="a phone with five"),
        pytest.param(handset(None), "unknown", id="a phone that did not tell"),
        pytest.param(alice(device=None, browser=handset(5).browser), "unknown", id="a phone without a report"),
        pytest.param(alice(browser=None), "unknown", id="no user agent"),
    ],
)
def test_only_handsets_must_have_touch_points(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
