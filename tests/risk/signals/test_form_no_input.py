"""Something was sent without a touch."""

from pathlib import Path

import pytest
import yaml

from risk.facts import Facts
from risk.signals.form_no_input import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


def untouched(**changes: int | bool | None) -> Facts:
    """Alice's form, filled in by nothing that our script could see."""
    return with_("form", **{"keystrokes": 0, "pastes": 0, "pointer_events": 0, **changes})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="typed"),
        pytest.param(untouched(), "form_no_input", id="nothing"),
        pytest.param(untouched(pointer_events=1), "clear", id="one movement"),
        pytest.param(untouched(pastes=1), "clear", id="one paste"),
        pytest.param(untouched(keystrokes=1), "clear", id="one key"),
        pytest.param(untouched(trusted=False), "unknown", id="counted by another script"),
        pytest.param(untouched(pointer_events=None), "unknown", id="pointer not told"),
        pytest.param(untouched(typed_length=0), "unknown", id="nothing was sent"),
        pytest.param(alice(form=None), "unknown", id="not measured"),
    ],
)
def test_any_touch_will_do(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected


def test_nobody_is_challenged_for_the_way_they_fill_in_a_form() -> None:
    """Voice control and switches leave no trace in a form: all that a form can say must stay below a challenge."""
    policy = yaml.safe_load(
        (Path(__file__).parents[3] / "risk" / "policies" / "default.yaml").read_text(encoding="utf-8")
    )
    odds = policy["prior"] / (1 - policy["prior"]) * policy["family_caps"]["form"]
    assert odds / (1 + odds) < policy["thresholds"]["challenge"]
