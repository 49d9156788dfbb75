"""Numbers side by side."""

import pytest

from risk.facts import Facts
from risk.signals.phone_block import SIGNAL
from tests.risk.alice import alice, answer, with_


def counted(ten: int, hundred: int, thousand: int, row: int) -> Facts:
    """Alice when so many others came."""
    near = ((10, ten), (100, hundred), (1_000, thousand), (10_000, row))
    return alice(velocity={f"phone_{size}_accounts_30d": number for size, number in near})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(counted(3, 3, 3, 3), "clear", id="a family with four numbers in a row"),
        pytest.param(counted(4, 4, 4, 4), "phone_block", id="five of ten"),
        pytest.param(counted(8, 8, 8, 9), "phone_block", id="eight of the nine of the row"),
        pytest.param(counted(4, 20, 60, 60), "clear", id="a carrier whose whole block signs up"),
        pytest.param(counted(0, 8, 8, 12), "phone_block", id="nine of a hundred"),
        pytest.param(counted(0, 8, 20, 30), "clear", id="as many in the rest of the row"),
        pytest.param(counted(0, 4, 40, 40), "clear", id="a thousand of a carrier's and no other"),
        pytest.param(counted(9, 9, 512, 512), "clear", id="a row so full that it is not counted out"),
        pytest.param(with_("phone", valid=False), "unknown", id="no number"),
        pytest.param(alice(phone=None), "unknown", id="not given"),
        pytest.param(alice(velocity={}), "unknown", id="not counted"),
        pytest.param(alice(velocity=None), "unknown", id="counting failed"),
    ],
)
def test_a_block_must_be_far_denser_than_its_row(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
