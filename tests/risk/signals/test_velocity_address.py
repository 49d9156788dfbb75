"""Others from the very same address."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.velocity_address import SIGNAL
from tests.risk.alice import ALICE, alice, answer, others, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="nobody else"),
        pytest.param(others("address_accounts_1d", 9), "clear", id="nine others"),
        pytest.param(others("address_accounts_1d", 10), "velocity_address", id="ten others"),
        pytest.param(
            replace(others("address_accounts_1d", 64), network=with_("network", as_kind="mobile").network),
            "unknown",
            id="a mobile operator",
        ),
        pytest.param(
            replace(others("address_accounts_1d", 64), network=with_("network", scope="shared").network),
            "unknown",
            id="carrier-grade NAT",
        ),
        pytest.param(
            replace(others("address_accounts_1d", 64), network=with_("network", services=("relay",)).network),
            "unknown",
            id="a relay",
        ),
        pytest.param(
            replace(others("address_accounts_1d", 39), network=with_("network", shared=0.5).network),
            "unknown",
            id="thirty-nine at an address that is likely shared",
        ),
        pytest.param(
            replace(others("address_accounts_1d", 40), network=with_("network", shared=0.99).network),
            "velocity_address",
            id="forty, however shared it is",
        ),
        pytest.param(
            replace(others("address_accounts_1d", 10), network=with_("network", shared=None).network),
            "velocity_address",
            id="not known how shared",
        ),
        pytest.param(
            replace(others("address_accounts_1d", 9), network=with_("network", shared=0.9).network),
            "clear",
            id="few at a shared address",
        ),
        pytest.param(alice(network=None), "unknown", id="no network"),
        pytest.param(alice(velocity={}), "unknown", id="not counted"),
        pytest.param(alice(velocity=None), "unknown", id="counting failed"),
    ],
)
def test_an_address_that_thousands_share_never_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
