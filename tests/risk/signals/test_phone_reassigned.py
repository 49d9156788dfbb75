"""A number that was somebody else's lately."""

import pytest

from risk.facts import Facts
from risk.signals.phone_reassigned import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="the same person's"),
        pytest.param(with_("phone_line", reassigned=True), "phone_reassigned", id="somebody else's"),
        pytest.param(with_("phone_line", reassigned=None), "unknown", id="not told"),
        pytest.param(alice(phone_line=None), "unknown", id="not answered yet"),
    ],
)
def test_only_a_plain_yes_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
