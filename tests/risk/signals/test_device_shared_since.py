"""A device with which many came after the account."""

import pytest

from risk.facts import Facts
from risk.signals.device_shared_since import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(with_("device", others_since=0, common=0), "clear", id="nobody"),
        pytest.param(with_("device", others_since=5, common=0), "clear", id="a family"),
        pytest.param(with_("device", others_since=6, common=0), "device_shared_since", id="more than a family"),
        pytest.param(with_("device", others_since=60, common=1), "unknown", id="of a common model"),
        pytest.param(with_("device", others_since=60), "unknown", id="not known how common"),
        pytest.param(ALICE, "unknown", id="not looked at since"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_only_many_at_a_device_of_its_own_count(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
