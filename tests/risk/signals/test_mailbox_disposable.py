"""A mailbox made to be thrown away."""

import pytest

from risk.facts import Facts
from risk.signals.mailbox_disposable import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="an ordinary mailbox"),
        pytest.param(with_("mailbox", disposable=True), "mailbox_disposable", id="disposable"),
        pytest.param(with_("mailbox", disposable=True, valid=False), "unknown", id="not a valid address"),
        pytest.param(alice(mailbox=None), "unknown", id="not given"),
    ],
)
def test_a_public_list_of_domains_decides(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
