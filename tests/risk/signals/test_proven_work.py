"""A proof speaks for the person."""

import pytest

from risk.facts import Facts
from risk.signals.proven_work import SIGNAL
from tests.risk.alice import ALICE, alice, answer


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="none"),
        pytest.param(alice(proofs=("proof_of_work",)), "proven_work", id="its own"),
        pytest.param(alice(proofs=("phone",)), "clear", id="another"),
        pytest.param(alice(proofs=("phone", "proof_of_work")), "proven_work", id="both"),
    ],
)
def test_only_its_own_proof_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
