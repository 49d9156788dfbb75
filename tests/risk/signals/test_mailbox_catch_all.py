"""A domain that takes mail for anybody makes addresses free."""

import pytest

from risk.facts import Facts
from risk.signals.mailbox_catch_all import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="refuses strangers"),
        pytest.param(with_("mail_domain", takes_anything=True), "mailbox_catch_all", id="takes anything"),
        pytest.param(with_("mail_domain", takes_anything=None), "unknown", id="was not asked"),
        pytest.param(alice(mail_domain=None), "unknown", id="not answered yet"),
    ],
)
def test_only_a_plain_yes_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
