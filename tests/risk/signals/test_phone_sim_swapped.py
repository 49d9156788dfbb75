"""A SIM changed within days counts, and with time no more."""

from datetime import timedelta

import pytest

from risk.facts import Facts
from risk.signals.phone_sim_swapped import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="kept for the time that is told"),
        pytest.param(
            with_("phone_line", sim_swapped_at=ALICE.at - timedelta(days=1)), "phone_sim_swapped", id="yesterday"
        ),
        pytest.param(with_("phone_line", sim_swapped_at=ALICE.at - timedelta(days=8)), "clear", id="last week"),
        pytest.param(
            with_("phone_line", sim_swapped_at=ALICE.at + timedelta(hours=1)),
            "phone_sim_swapped",
            id="a clock ahead of ours",
        ),
        pytest.param(with_("phone_line", sim_kept_days=None), "unknown", id="not told"),
        pytest.param(alice(phone_line=None), "unknown", id="not answered yet"),
    ],
)
def test_only_a_recent_change_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
