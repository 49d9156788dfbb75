"""A domain that is almost a well-known one."""

import pytest

from risk.facts import Facts
from risk.signals.mailbox_lookalike import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="a domain of its own"),
        pytest.param(with_("mailbox", resembles="gmail.com"), "mailbox_lookalike_slip", id="a slip"),
        pytest.param(
            with_("mailbox", resembles="gmail.com", disguised=True), "mailbox_lookalike_disguise", id="other letters"
        ),
        pytest.param(with_("mailbox", valid=False, domain=None), "unknown", id="no address"),
        pytest.param(alice(mailbox=None), "unknown", id="no mailbox"),
    ],
)
def test_a_slip_is_told_from_a_disguise(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
