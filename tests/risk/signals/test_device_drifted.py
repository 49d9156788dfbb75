"""A device that is another machine than the account came with."""

import pytest

from risk.facts import Facts
from risk.signals.device_drifted import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_

CHANGED = ("canvas", "gpu", "screen")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(with_("device", drifted=(), common=0), "clear", id="as it was"),
        pytest.param(with_("device", drifted=CHANGED, common=0), "device_drifted", id="another machine"),
        pytest.param(with_("device", drifted=CHANGED, common=1), "unknown", id="of a common model"),
        pytest.param(with_("device", drifted=CHANGED), "unknown", id="not known how common"),
        pytest.param(ALICE, "unknown", id="not looked at since"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_only_a_device_of_its_own_can_be_another(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
