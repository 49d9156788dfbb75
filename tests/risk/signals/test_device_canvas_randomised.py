"""A canvas that shows what was drawn, or does not."""

import pytest

from risk.facts import CanvasState, Facts
from risk.signals.device_canvas_randomised import SIGNAL
from tests.risk.alice import alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(with_("device", canvas=CanvasState.STEADY), "clear", id="steady"),
        pytest.param(with_("device", canvas=CanvasState.RANDOMISED), "device_canvas_randomised", id="noise"),
        pytest.param(with_("device", canvas=None), "unknown", id="not drawn"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_noise_is_noticed(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
