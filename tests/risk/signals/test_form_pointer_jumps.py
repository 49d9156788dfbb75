"""How the mouse came to its clicks."""

import pytest

from risk.facts import Facts
from risk.signals.form_pointer_jumps import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(with_("form", clicks=4, pointer_jumps=0), "clear", id="a hand"),
        pytest.param(with_("form", clicks=4, pointer_jumps=3), "clear", id="one click without a leap"),
        pytest.param(with_("form", clicks=3, pointer_jumps=3), "form_pointer_jumps", id="leaps only"),
        pytest.param(with_("form", clicks=1, pointer_jumps=1), "unknown", id="one click tells little"),
        pytest.param(with_("form", clicks=3, pointer_jumps=3, trusted=False), "unknown", id="measured by another"),
        pytest.param(ALICE, "unknown", id="not measured"),
        pytest.param(alice(form=None), "unknown", id="no form"),
    ],
)
def test_leaps_are_told_from_ways(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
