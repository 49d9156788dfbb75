"""No user agent at all."""

import pytest

from risk.facts import Facts
from risk.lookups.browser import browser_facts
from risk.signals.browser_absent import SIGNAL
from tests.risk.alice import ALICE, alice, answer


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="a browser"),
        pytest.param(alice(browser=browser_facts("", None)), "browser_absent", id="an empty one"),
        pytest.param(alice(browser=browser_facts(None, None)), "unknown", id="the caller did not tell it"),
        pytest.param(alice(browser=browser_facts("something odd", None)), "clear", id="an odd one"),
    ],
)
def test_only_an_empty_user_agent_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
