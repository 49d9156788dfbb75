"""A browser without a window that says so."""

import pytest

from risk.facts import Facts
from risk.signals.browser_headless import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="a browser"),
        pytest.param(with_("browser", family="HeadlessChrome"), "browser_headless", id="Chrome without a window"),
        pytest.param(with_("browser", family="PhantomJS", kind="other"), "browser_headless", id="PhantomJS"),
        pytest.param(alice(browser=None), "unknown", id="no user agent told"),
    ],
)
def test_browsers_without_a_window_are_known_by_name(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
