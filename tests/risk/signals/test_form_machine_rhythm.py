"""The rhythm of keys, of a person and of a timer."""

import pytest

from risk.facts import Facts
from risk.signals.form_machine_rhythm import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(with_("form", key_gap_ms=180, key_gap_spread_ms=240), "clear", id="a person"),
        pytest.param(with_("form", key_gap_ms=75, key_gap_spread_ms=60), "clear", id="a very quick person"),
        pytest.param(
            with_("form", key_gap_ms=100, key_gap_spread_ms=100),
            "clear",
            id="a browser that tells times in steps of 100 ms",
        ),
        pytest.param(with_("form", key_gap_ms=50, key_gap_spread_ms=6), "form_machine_rhythm", id="a timer"),
        pytest.param(with_("form", key_gap_ms=1, key_gap_spread_ms=20), "form_machine_rhythm", id="no hand is so fast"),
        pytest.param(with_("form", key_gap_ms=50, key_gap_spread_ms=6, keystrokes=11), "unknown", id="too few keys"),
        pytest.param(
            with_("form", key_gap_ms=1, key_gap_spread_ms=0, touches=3), "unknown", id="a keyboard on the screen"
        ),
        pytest.param(
            with_("form", key_gap_ms=50, key_gap_spread_ms=6, trusted=False), "unknown", id="measured by another"
        ),
        pytest.param(ALICE, "unknown", id="not measured"),
        pytest.param(alice(form=None), "unknown", id="no form"),
    ],
)
def test_a_timer_is_told_from_a_hand(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
