"""What was reported speaks against the account while it is in force."""

import pytest

from risk.facts import Facts, ReportKind
from risk.signals.reported_confirmed import SIGNAL
from tests.risk.alice import ALICE, alice, answer


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="nothing reported"),
        pytest.param(alice(reports=(ReportKind.CONFIRMED,)), "reported_confirmed", id="reported"),
        pytest.param(alice(reports=("dispute", ReportKind.CONFIRMED)), "reported_confirmed", id="beside another"),
        pytest.param(alice(reports=(ReportKind.ABUSE,)), "clear", id="another alone"),
        pytest.param(alice(reports=(ReportKind.DISPUTE,)), "clear", id="a quarrel over goods"),
    ],
)
def test_only_its_own_kind_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
