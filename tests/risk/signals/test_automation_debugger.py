"""A debugger that listens."""

import pytest

from risk.facts import Facts
from risk.signals.automation_debugger import SIGNAL
from tests.risk.alice import alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(with_("device", scan=()), "clear", id="looked and found nothing"),
        pytest.param(with_("device", scan=("debugger",)), "automation_debugger", id="debugger"),
        pytest.param(with_("device", scan=("playwright", "of_a_later_script")), "clear", id="what other signals read"),
        pytest.param(with_("device", scan=None), "unknown", id="did not look"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_a_debugger_is_told_from_other_traces(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
