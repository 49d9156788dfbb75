"""A canvas challenge of another time."""

import pytest

from risk.facts import ChallengeState, Facts
from risk.signals.device_canvas_stale import SIGNAL
from tests.risk.alice import alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(with_("device", challenge=ChallengeState.MET), "clear", id="met"),
        pytest.param(with_("device", challenge=ChallengeState.FAILED), "clear", id="failed, but the seed was good"),
        pytest.param(with_("device", challenge=ChallengeState.STALE), "device_canvas_stale", id="stale"),
        pytest.param(with_("device", challenge=ChallengeState.ABSENT), "unknown", id="not answered"),
        pytest.param(with_("device", challenge=None), "unknown", id="no page of ours"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_only_an_old_or_foreign_seed_is_stale(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
