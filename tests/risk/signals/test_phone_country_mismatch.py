"""Two countries that should be one."""

import pytest

from risk.facts import Facts
from risk.signals.phone_country_mismatch import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="the same"),
        pytest.param(with_("phone", country="FR"), "phone_country_mismatch", id="the network is abroad"),
        pytest.param(
            with_("network", country="FR"), "phone_country_mismatch", id="the network is abroad the other way round"
        ),
        pytest.param(
            with_("network", country="FR", as_kind="hosting"), "unknown", id="a hosting network can stand anywhere"
        ),
        pytest.param(with_("network", country="FR", services=("vpn",)), "unknown", id="so can a VPN"),
        pytest.param(with_("phone", country=None), "unknown", id="phone without a country"),
        pytest.param(alice(phone=None), "unknown", id="not given"),
        pytest.param(with_("network", country=None), "unknown", id="network without a country"),
        pytest.param(alice(network=None), "unknown", id="no network"),
    ],
)
def test_what_counts_is_whether_they_agree_not_which_they_are(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
