"""A page that is shown in no window."""

import pytest

from risk.facts import Facts
from risk.signals.automation_headless import SIGNAL
from tests.risk.alice import alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(with_("device", scan=()), "clear", id="looked and found nothing"),
        pytest.param(with_("device", scan=("headless_user_agent",)), "automation_headless", id="headless_user_agent"),
        pytest.param(with_("device", scan=("headless_screen",)), "automation_headless", id="headless_screen"),
        pytest.param(with_("device", scan=("screen_of_a_program",)), "automation_headless", id="screen_of_a_program"),
        pytest.param(with_("device", scan=("selenium", "of_a_later_script")), "clear", id="what other signals read"),
        pytest.param(with_("device", scan=None), "unknown", id="did not look"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_each_sign_of_no_window_is_enough(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
