"""What came as an address is none."""

import pytest

from risk.facts import Facts, NetworkFacts
from risk.signals.network_malformed import SIGNAL
from tests.risk.alice import ALICE, alice, answer


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="public"),
        pytest.param(alice(network=NetworkFacts(scope="malformed")), "network_malformed", id="malformed"),
        pytest.param(alice(network=NetworkFacts(scope="private")), "clear", id="private is another reason"),
        pytest.param(alice(network=None), "unknown", id="no address"),
    ],
)
def test_only_what_cannot_be_read_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
