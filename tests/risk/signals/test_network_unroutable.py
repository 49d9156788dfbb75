"""An address that nobody can come from."""

import pytest

from risk.facts import Facts, NetworkFacts
from risk.signals.network_unroutable import SIGNAL
from tests.risk.alice import ALICE, alice, answer


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="public"),
        pytest.param(alice(network=NetworkFacts(scope="private")), "network_unroutable", id="private"),
        pytest.param(alice(network=NetworkFacts(scope="shared")), "network_unroutable", id="shared"),
        pytest.param(alice(network=NetworkFacts(scope="loopback")), "network_unroutable", id="loopback"),
        pytest.param(alice(network=NetworkFacts(scope="reserved")), "network_unroutable", id="reserved"),
        pytest.param(alice(network=NetworkFacts(scope="documentation")), "network_unroutable", id="documentation"),
        pytest.param(alice(network=NetworkFacts(scope="malformed")), "unknown", id="malformed is another reason"),
        pytest.param(alice(network=None), "unknown", id="no address"),
    ],
)
def test_every_scope_that_is_not_public_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
