"""What was reported speaks against the account while it is in force."""

import pytest

from risk.facts import Facts, ReportKind
from risk.signals.reported_abuse import SIGNAL
from tests.risk.alice import ALICE, alice, answer


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="nothing reported"),
        pytest.param(alice(reports=(ReportKind.ABUSE,)), "reported_abuse", id="reported"),
        pytest.param(alice(reports=(ReportKind.CHARGEBACK, ReportKind.ABUSE)), "reported_abuse", id="beside another"),
        pytest.param(alice(reports=(ReportKind.CHARGEBACK,)), "clear", id="another alone"),
        pytest.param(alice(reports=(ReportKind.DISPUTE,)), "clear", id="a quarrel over goods"),
    ],
)
def test_only_its_own_kind_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
