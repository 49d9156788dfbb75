"""An exit of a relay."""

import pytest

from risk.facts import Facts
from risk.signals.network_relay import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="in no list"),
        pytest.param(with_("network", services=("relay",)), "network_relay", id="listed"),
        pytest.param(with_("network", services=("tor",)), "clear", id="listed for something else"),
        pytest.param(with_("network", services=(), services_known=("tor",)), "unknown", id="no fresh list"),
        pytest.param(with_("network", services=None, services_known=()), "unknown", id="no data at all"),
        pytest.param(alice(network=None), "unknown", id="no address"),
    ],
)
def test_only_a_known_relay_counts_and_an_old_list_clears_nobody(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
