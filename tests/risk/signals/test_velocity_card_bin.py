"""Cards of one kind."""

import pytest

from risk.facts import Facts
from risk.signals.velocity_card_bin import SIGNAL
from tests.risk.alice import alice, answer


def counted(week: int, before: int) -> Facts:
    """Alice when so many others came."""
    return alice(velocity={"card_bin_accounts_7d": week, "card_bin_accounts_before": before})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(counted(7, 0), "clear", id="seven others"),
        pytest.param(counted(8, 0), "velocity_card_bin", id="eight others"),
        pytest.param(counted(8, 4), "velocity_card_bin", id="twice the month before"),
        pytest.param(counted(8, 5), "clear", id="usual before"),
        pytest.param(counted(64, 64), "clear", id="a card that everybody has"),
        pytest.param(alice(card=None), "unknown", id="no card"),
        pytest.param(alice(velocity={}), "unknown", id="not counted"),
        pytest.param(alice(velocity=None), "unknown", id="counting failed"),
    ],
)
def test_a_kind_of_card_must_be_new_here(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
