"""A proof speaks for the person."""

import pytest

from risk.facts import Facts
from risk.signals.proven_passkey import SIGNAL
from tests.risk.alice import ALICE, alice, answer


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="none"),
        pytest.param(alice(proofs=("passkey",)), "proven_passkey", id="its own"),
        pytest.param(alice(proofs=("phone",)), "clear", id="another"),
        pytest.param(alice(proofs=("phone", "passkey")), "proven_passkey", id="both"),
    ],
)
def test_only_its_own_proof_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
