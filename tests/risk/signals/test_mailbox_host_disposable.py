"""A new domain in front of an old service of disposable mailboxes."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.mailbox_host_disposable import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_

LISTED = with_("mailbox", disposable=True).mailbox


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="a server of its own"),
        pytest.param(
            with_("mail_domain", host_disposable=True, mail_host="yopmail.com"),
            "mailbox_host_disposable",
            id="a listed server",
        ),
        pytest.param(
            replace(with_("mail_domain", host_disposable=True), mailbox=LISTED),
            "clear",
            id="the domain is listed itself",
        ),
        pytest.param(
            replace(with_("mail_domain", host_disposable=True), mailbox=None),
            "mailbox_host_disposable",
            id="the mailbox is not known",
        ),
        pytest.param(with_("mail_domain", host_disposable=None), "unknown", id="has no server"),
        pytest.param(alice(mail_domain=None), "unknown", id="not answered yet"),
    ],
)
def test_a_listed_server_behind_an_unlisted_domain_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
