"""A device token that is no good is told apart by what is wrong with it."""

import pytest

from risk.facts import Facts, TokenState
from risk.findings import CLEAR, Unknown
from risk.signals.device_token import SIGNAL
from tests.risk.alice import ALICE, alice, answer


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="valid"),
        pytest.param(alice(token=TokenState.ABSENT), "unknown", id="absent: a page without JavaScript"),
        pytest.param(alice(token=TokenState.FORGED), "device_token_forged", id="forged"),
        pytest.param(alice(token=TokenState.REPLAYED), "device_token_replayed", id="replayed"),
        pytest.param(alice(token=TokenState.FOREIGN), "device_token_foreign", id="foreign"),
        pytest.param(alice(token=TokenState.EXPIRED), "device_token_expired", id="expired"),
    ],
)
def test_each_bad_token_has_its_own_reason(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected


def test_no_state_of_a_token_is_forgotten() -> None:
    for state in TokenState:
        expected = {TokenState.ABSENT: Unknown("no device token came"), TokenState.VALID: CLEAR}.get(state)
        finding = SIGNAL.look(alice(token=state))
        assert finding == expected if expected else answer(finding) == f"device_token_{state}"
