"""A user agent that is no browser's."""

import pytest

from risk.facts import Facts
from risk.signals.browser_tool import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="a browser"),
        pytest.param(with_("browser", kind="tool", family="x"), "browser_tool", id="tool"),
        pytest.param(with_("browser", kind="bot", family="x"), "clear", id="bot"),
        pytest.param(alice(browser=None), "unknown", id="no user agent told"),
    ],
)
def test_only_its_own_kind_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
