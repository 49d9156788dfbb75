"""Others from the same corner of a hosting company."""

from dataclasses import replace
from typing import Any

import pytest

from risk.facts import Facts
from risk.signals.velocity_hosting import SIGNAL
from tests.risk.alice import ALICE, alice, answer, others, with_


def hosted(number: int, **network: Any) -> Facts:
    """Alice at a hosting company, with so many others."""
    came = others("network_accounts_10m", number)
    return replace(came, network=with_("network", **({"as_kind": "hosting"} | network)).network)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="at home"),
        pytest.param(others("network_accounts_10m", 9), "clear", id="at home, with others"),
        pytest.param(hosted(2), "clear", id="hosting, two others"),
        pytest.param(hosted(3), "velocity_hosting", id="hosting, three others"),
        pytest.param(hosted(3, as_kind=None, services=("hosting",)), "velocity_hosting", id="by its ranges"),
        pytest.param(hosted(64, services=("vpn",)), "unknown", id="a VPN"),
        pytest.param(hosted(64, services=("relay",)), "unknown", id="a relay"),
        pytest.param(hosted(3, as_kind=None), "unknown", id="kind not known"),
        pytest.param(hosted(3, scope="private"), "unknown", id="no public address"),
        pytest.param(alice(network=None), "unknown", id="no network"),
        pytest.param(replace(hosted(3), velocity=None), "unknown", id="counting failed"),
    ],
)
def test_a_rack_counts_and_strangers_side_by_side_do_not(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
