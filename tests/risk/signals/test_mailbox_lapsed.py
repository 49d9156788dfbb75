"""A mailbox at a domain that lapsed."""

import pytest

from risk.earlier import EarlierFacts
from risk.facts import Facts, MailDomainFacts
from risk.signals.mailbox_lapsed import SIGNAL
from tests.risk.alice import ALICE, alice, answer

TOOK = EarlierFacts(takes_mail=True)
DEAD, ALIVE = MailDomainFacts(exists=False, takes_mail=False), MailDomainFacts(exists=True, takes_mail=True)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(alice(earlier=TOOK, mail_domain=ALIVE), "clear", id="takes mail yet"),
        pytest.param(alice(earlier=TOOK, mail_domain=DEAD), "mailbox_lapsed", id="takes none now"),
        pytest.param(alice(earlier=EarlierFacts(takes_mail=False), mail_domain=DEAD), "clear", id="never did"),
        pytest.param(alice(earlier=EarlierFacts(), mail_domain=DEAD), "unknown", id="was not asked before"),
        pytest.param(alice(earlier=TOOK, mail_domain=None), "unknown", id="no answer now"),
        pytest.param(ALICE, "unknown", id="asked once"),
    ],
)
def test_only_what_took_mail_can_lapse(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
