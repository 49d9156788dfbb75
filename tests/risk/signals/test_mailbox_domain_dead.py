"""A domain that takes no mail is a slip or nobody's."""

import pytest

from risk.facts import Facts
from risk.signals.mailbox_domain_dead import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="takes mail"),
        pytest.param(with_("mail_domain", takes_mail=False), "mailbox_domain_dead", id="exists and takes none"),
        pytest.param(with_("mail_domain", exists=False, takes_mail=False), "mailbox_domain_dead", id="does not exist"),
        pytest.param(alice(mail_domain=None), "unknown", id="not answered yet"),
    ],
)
def test_only_a_domain_without_mail_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
