"""A clock that nobody in the network's country has."""

import pytest

from risk.facts import Facts
from risk.signals.device_timezone_mismatch import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="New York in the United States"),
        pytest.param(
            with_("device", timezone="Pacific/Honolulu", timezone_offset=-600),
            "clear",
            id="Honolulu is in the United States too",
        ),
        pytest.param(with_("device", timezone="America/Toronto"), "clear", id="another zone with the same clock"),
        pytest.param(
            with_("device", timezone="Asia/Shanghai", timezone_offset=480),
            "device_timezone_mismatch",
            id="Shanghai is not",
        ),
        pytest.param(with_("device", timezone="Mars/Olympus", timezone_offset=None), "unknown", id="no such zone"),
        pytest.param(alice(device=None), "unknown", id="no device"),
        pytest.param(alice(network=None), "unknown", id="no network"),
        pytest.param(with_("network", country=None), "unknown", id="no country"),
        pytest.param(with_("network", country="XX"), "unknown", id="no such country"),
        pytest.param(
            with_("network", country="DE", as_kind="hosting"), "unknown", id="a hosting network can stand anywhere"
        ),
        pytest.param(with_("network", country="DE", services=("vpn",)), "unknown", id="so can a VPN"),
    ],
)
def test_a_clock_is_compared_with_all_clocks_of_the_country(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
