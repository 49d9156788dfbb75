"""Mostly pasted."""

import pytest

from risk.facts import Facts
from risk.signals.form_pasted import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="typed"),
        pytest.param(with_("form", pastes=1), "clear", id="typed, and pasted something"),
        pytest.param(with_("form", pastes=3, keystrokes=4), "form_pasted", id="pasted, hardly typed"),
        pytest.param(with_("form", pastes=None), "unknown", id="pastes not told"),
        pytest.param(with_("form", keystrokes=None), "unknown", id="keys not told"),
        pytest.param(alice(form=None), "unknown", id="not measured"),
    ],
)
def test_a_paste_beside_typing_is_ordinary(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
