"""A number to which messages are sent for money."""

import pytest

from risk.facts import Facts
from risk.signals.phone_pumping_risk import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="a low score"),
        pytest.param(with_("phone_line", pumping_risk=74), "clear", id="just below"),
        pytest.param(with_("phone_line", pumping_risk=75), "phone_pumping_risk", id="high"),
        pytest.param(with_("phone_line", pumping_risk=None), "unknown", id="no score told"),
        pytest.param(alice(phone_line=None), "unknown", id="not answered yet"),
    ],
)
def test_only_a_high_score_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
