"""What intervals promise: the ones of the books."""

import pytest

from risk.intervals import wilson


def test_wilson_gives_the_published_interval() -> None:
    # 81 of 263: 0.2553 to 0.3662, Newcombe (1998), Two-sided confidence intervals for the single proportion, table I.
    assert wilson(81 / 263, n=263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, n=20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert wilson(0.5, n=0) == (0, 1)
