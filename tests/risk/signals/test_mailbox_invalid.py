"""What came as an address is none."""

import pytest

from risk.facts import Facts
from risk.signals.mailbox_invalid import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="an address"),
        pytest.param(with_("mailbox", valid=False), "mailbox_invalid", id="none"),
        pytest.param(alice(mailbox=None), "unknown", id="not given"),
    ],
)
def test_only_syntax_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
