"""What the carrier says of the line counts where the number's block says nothing."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.phone_line_voip import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_

VOIP = with_("phone", kind="voip").phone


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="a mobile line"),
        pytest.param(with_("phone_line", line_type="non_fixed_voip"), "phone_line_voip", id="an internet line"),
        pytest.param(with_("phone_line", line_type="fixed_voip"), "clear", id="an internet line at home"),
        pytest.param(
            replace(with_("phone_line", line_type="non_fixed_voip"), phone=VOIP),
            "clear",
            id="the block has told it already",
        ),
        pytest.param(with_("phone_line", line_type=None), "unknown", id="no line type told"),
        pytest.param(alice(phone_line=None), "unknown", id="not answered yet"),
    ],
)
def test_an_internet_line_of_nowhere_counts_once(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
