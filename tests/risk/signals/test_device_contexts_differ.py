"""What page, frame and worker tell differently."""

import pytest

from risk.facts import Facts
from risk.signals.device_contexts_differ import SIGNAL
from tests.risk.alice import alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(with_("device", differs=()), "clear", id="all tell the same"),
        pytest.param(with_("device", differs=("worker.platform",)), "device_contexts_differ", id="one thing"),
        pytest.param(with_("device", differs=None), "unknown", id="not compared"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_one_thing_told_differently_is_a_lie_somewhere(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
