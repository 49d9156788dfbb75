"""Faster than people type."""

import pytest

from risk.facts import Facts
from risk.signals.form_too_fast import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="fifty characters in forty seconds"),
        pytest.param(with_("form", duration_ms=5_000), "clear", id="ten characters a second, as fast typists do"),
        pytest.param(with_("form", duration_ms=300), "form_too_fast", id="a third of a second"),
        pytest.param(with_("form", duration_ms=0), "form_too_fast", id="no time at all"),
        pytest.param(with_("form", duration_ms=3_000, pastes=3, keystrokes=4), "clear", id="pasted, hardly typed"),
        pytest.param(
            with_("form", duration_ms=3_000, pastes=3, keystrokes=80),
            "form_too_fast",
            id="pasted, and typed too fast beside it",
        ),
        pytest.param(with_("form", pastes=3, keystrokes=None), "unknown", id="how much was pasted is not known"),
        pytest.param(with_("form", typed_length=0), "unknown", id="nothing typed"),
        pytest.param(with_("form", duration_ms=None), "unknown", id="no duration"),
        pytest.param(alice(form=None), "unknown", id="not measured"),
    ],
)
def test_speed_is_what_was_typed_over_the_time_it_took(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
