"""One of many spellings of a mailbox."""

import pytest

from risk.facts import Facts
from risk.signals.mailbox_tagged import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="an ordinary mailbox"),
        pytest.param(with_("mailbox", tagged=True), "mailbox_tagged", id="tagged"),
        pytest.param(with_("mailbox", tagged=True, valid=False), "unknown", id="not a valid address"),
        pytest.param(alice(mailbox=None), "unknown", id="not given"),
    ],
)
def test_tags_and_ignored_dots_count(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
