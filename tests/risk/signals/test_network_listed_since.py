"""An address that lists named only after the signup."""

import pytest

from risk.facts import Facts
from risk.signals.network_listed_since import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="on no list"),
        pytest.param(with_("network", listed_since=("tor",)), "network_listed_since", id="a Tor exit now"),
        pytest.param(with_("network", listed_since=("proxy", "vpn")), "network_listed_since", id="a proxy now"),
        pytest.param(with_("network", listed_since=("hosting", "relay", "vpn")), "clear", id="what says little"),
        pytest.param(with_("network", services=None), "unknown", id="without lists"),
        pytest.param(alice(network=None), "unknown", id="without an address"),
    ],
)
def test_only_what_hides_people_counts_afterwards(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
