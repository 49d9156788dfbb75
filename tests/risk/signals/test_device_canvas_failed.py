"""The answer to a canvas challenge."""

import pytest

from risk.facts import ChallengeState, Facts
from risk.signals.device_canvas_failed import SIGNAL
from tests.risk.alice import alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(with_("device", challenge=ChallengeState.MET), "clear", id="met"),
        pytest.param(with_("device", challenge=ChallengeState.FAILED), "device_canvas_failed", id="failed"),
        pytest.param(
            with_("device", challenge=ChallengeState.STALE), "unknown", id="another seed: nothing to compare with"
        ),
        pytest.param(with_("device", challenge=ChallengeState.ABSENT), "unknown", id="not answered"),
        pytest.param(with_("device", challenge=None), "unknown", id="no page of ours"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_only_a_wrong_picture_fails(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
