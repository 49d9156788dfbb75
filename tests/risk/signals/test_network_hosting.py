"""An address where servers stand."""

import pytest

from risk.facts import Facts
from risk.signals.network_hosting import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="at home"),
        pytest.param(
            with_("network", as_kind="hosting", as_name="Example Cloud", asn=64500), "network_hosting", id="hosting"
        ),
        pytest.param(
            with_("network", as_kind="hosting", as_name=None, asn=None), "network_hosting", id="hosting without a name"
        ),
        pytest.param(with_("network", as_kind="mobile"), "clear", id="mobile"),
        pytest.param(with_("network", services=("hosting",)), "network_hosting", id="by its ranges"),
        pytest.param(
            with_("network", as_kind=None, services=("hosting",)), "network_hosting", id="by its ranges alone"
        ),
        pytest.param(with_("network", as_kind="hosting", services=("relay",)), "clear", id="a relay explains it"),
        pytest.param(with_("network", as_kind="hosting", services=("hosting", "vpn")), "clear", id="a VPN explains it"),
        pytest.param(with_("network", as_kind="hosting", services=None), "network_hosting", id="no lists"),
        pytest.param(with_("network", as_kind=None), "unknown", id="kind not known"),
        pytest.param(with_("network", scope="private"), "unknown", id="no public address"),
        pytest.param(alice(network=None), "unknown", id="no address"),
    ],
)
def test_only_a_hosting_network_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
