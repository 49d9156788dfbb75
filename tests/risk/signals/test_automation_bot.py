"""What the bot detector named."""

import pytest

from risk.facts import Facts
from risk.signals.automation_bot import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="looked and found none"),
        pytest.param(with_("device", bot="headless_chrome"), "automation_bot", id="named"),
        pytest.param(with_("device", bot=None), "unknown", id="did not look"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_an_empty_word_is_that_the_detector_found_none(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
