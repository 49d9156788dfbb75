"""What came as a number is none."""

import pytest

from risk.facts import Facts
from risk.signals.phone_invalid import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="a number"),
        pytest.param(with_("phone", valid=False, country=None, kind=None), "phone_invalid", id="none"),
        pytest.param(alice(phone=None), "unknown", id="not given"),
    ],
)
def test_only_what_no_plan_has_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
