"""A browser that says that it is driven is believed."""

import pytest

from risk.facts import Facts
from risk.signals.automation_webdriver import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="not driven"),
        pytest.param(with_("device", webdriver=True), "automation_webdriver", id="driven"),
        pytest.param(with_("device", webdriver=None), "unknown", id="not told"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_what_the_browser_says_of_itself_is_believed(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
