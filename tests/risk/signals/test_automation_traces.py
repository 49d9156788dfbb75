"""Traces that tools leave in a page."""

import pytest

from risk.facts import Facts
from risk.signals.automation_traces import SIGNAL
from tests.risk.alice import alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(with_("device", scan=()), "clear", id="looked and found nothing"),
        pytest.param(with_("device", scan=("playwright",)), "automation_traces", id="playwright"),
        pytest.param(with_("device", scan=("selenium",)), "automation_traces", id="selenium"),
        pytest.param(with_("device", scan=("webdriver_redefined",)), "automation_traces", id="webdriver_redefined"),
        pytest.param(with_("device", scan=("navigator_redefined",)), "automation_traces", id="navigator_redefined"),
        pytest.param(with_("device", scan=("eval_of_another",)), "automation_traces", id="eval_of_another"),
        pytest.param(with_("device", scan=("debugger", "of_a_later_script")), "clear", id="what other signals read"),
        pytest.param(with_("device", scan=None), "unknown", id="did not look"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_each_trace_of_a_tool_is_enough(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
