"""Numbers side by side."""

import pytest

from risk.facts import Facts
from risk.signals.phone_block import SIGNAL
from tests.risk.alice import alice, answer, with_


def counted(ten: int, hundred: int, thousand: int, *, domain: int = 0) -> Facts:
    """Alice when so many others came with numbers of the same ten, hundred and thousand, and so many of her domain."""
    near = {f"phone_{size}_accounts_30d": number for size, number in ((10, ten), (100, hundred), (1_000, thousand))}
    return alice(velocity={**near, "domain_accounts_7d": domain})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(counted(4, 4, 4), "clear", id="a family with five numbers in a row"),
        pytest.param(counted(5, 5, 5), "phone_block", id="six of ten"),
        pytest.param(counted(0, 7, 7), "clear", id="eight of a hundred"),
        pytest.param(counted(0, 8, 8), "phone_block", id="nine of a hundred"),
        pytest.param(counted(2, 8, 35), "clear", id="a carrier whose whole thousand signs up"),
        pytest.param(counted(2, 14, 512), "clear", id="a thousand so full that it is not counted out"),
        pytest.param(counted(2, 15, 512), "phone_block", id="denser than any honest thousand"),
        pytest.param(counted(6, 30, 30, domain=6), "clear", id="a company under its own domain"),
        pytest.param(counted(6, 30, 30, domain=5), "phone_block", id="a domain that does not explain it"),
        pytest.param(with_("phone", valid=False), "unknown", id="no number"),
        pytest.param(alice(phone=None), "unknown", id="not given"),
        pytest.param(alice(velocity={}), "unknown", id="not counted"),
        pytest.param(alice(velocity=None), "unknown", id="counting failed"),
    ],
)
def test_a_block_must_be_far_denser_than_its_row(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
