"""The clock and the number."""

import pytest

from risk.facts import Facts
from risk.signals.phone_timezone_mismatch import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="both American"),
        pytest.param(with_("device", timezone_offset=-600), "clear", id="another coast"),
        pytest.param(
            with_("device", timezone_offset=540),
            "phone_timezone_mismatch",
            id="a clock of elsewhere",
        ),
        pytest.param(with_("phone", country="JP"), "phone_timezone_mismatch", id="a number of elsewhere"),
        pytest.param(with_("phone", country=None), "unknown", id="a number of no country"),
        pytest.param(with_("phone", country="XK"), "unknown", id="a country whose clocks are not known"),
        pytest.param(with_("device", timezone_offset=None), "unknown", id="no clock"),
        pytest.param(alice(device=None), "unknown", id="no device"),
        pytest.param(alice(phone=None), "unknown", id="no phone"),
    ],
)
def test_all_clocks_of_the_numbers_country_are_in_order(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
