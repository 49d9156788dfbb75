"""A number that went to somebody else, became a virtual line, or was ported."""

from typing import Any

import pytest

from risk.earlier import EarlierFacts
from risk.facts import Facts, PhoneLineFacts
from risk.signals.phone_changed import SIGNAL
from tests.risk.alice import ALICE, alice, answer

BEFORE = EarlierFacts(line_type="mobile", carrier="Blue", reassigned=False)


def told(before: EarlierFacts | None = BEFORE, **now: Any) -> Facts:
    line: dict[str, Any] = {"line_type": "mobile", "carrier": "Blue", "reassigned": False, **now}
    return alice(earlier=before, phone_line=PhoneLineFacts(**line))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(told(), "clear", id="as it was"),
        pytest.param(told(reassigned=True), "phone_changed_owner", id="somebody else's"),
        pytest.param(
            told(EarlierFacts("mobile", "Blue", reassigned=True), reassigned=True), "clear", id="it was before"
        ),
        pytest.param(told(EarlierFacts("mobile", "Blue"), reassigned=True), "clear", id="was not asked before"),
        pytest.param(told(line_type="non_fixed_voip"), "phone_changed_line", id="virtual now"),
        pytest.param(told(EarlierFacts("fixed_voip", "Blue"), line_type="non_fixed_voip"), "clear", id="always was"),
        pytest.param(told(line_type="landline"), "clear", id="another ordinary line"),
        pytest.param(told(carrier="Red"), "phone_changed_carrier", id="ported"),
        pytest.param(told(carrier=None), "unknown", id="carrier not told"),
        pytest.param(told(line_type=None), "unknown", id="line not told"),
        pytest.param(told(None), "unknown", id="asked once"),
        pytest.param(alice(earlier=BEFORE, phone_line=None), "unknown", id="no answer now"),
        pytest.param(ALICE, "unknown", id="alice, who was asked once"),
    ],
)
def test_only_what_was_plainly_told_then_and_now_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
