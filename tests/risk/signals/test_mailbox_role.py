"""An office's mailbox."""

import pytest

from risk.facts import Facts
from risk.signals.mailbox_role import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="an ordinary mailbox"),
        pytest.param(with_("mailbox", role=True), "mailbox_role", id="role"),
        pytest.param(with_("mailbox", role=True, valid=False), "unknown", id="not a valid address"),
        pytest.param(alice(mailbox=None), "unknown", id="not given"),
    ],
)
def test_names_of_offices_count(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
