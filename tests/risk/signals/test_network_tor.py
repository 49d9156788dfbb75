"""An exit of Tor."""

import pytest

from risk.facts import Facts
from risk.signals.network_tor import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="in no list"),
        pytest.param(with_("network", services=("tor",)), "network_tor", id="listed"),
        pytest.param(with_("network", services=("vpn",)), "clear", id="listed for something else"),
        pytest.param(with_("network", services=(), services_known=("vpn",)), "unknown", id="no fresh list"),
        pytest.param(with_("network", services=None, services_known=()), "unknown", id="no data at all"),
        pytest.param(alice(network=None), "unknown", id="no address"),
    ],
)
def test_only_a_known_exit_counts_and_an_old_list_clears_nobody(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
