"""What is kept, looked at afresh: only what is truly told now takes the place of what was told before."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from risk.afresh import OTHERS_MOST, asked_again, device_afresh, mailbox_afresh, network_afresh, others_since
from risk.earlier import EarlierFacts
from risk.facts import Facts, MailDomainFacts, PhoneLineFacts
from risk.identifiers import IdentifierKind, Shown, store
from risk.learnt import NOTHING, Learnt
from tests.risk.alice import ALICE, alice, with_

NOW = datetime(2026, 8, 3, tzinfo=UTC)
LINE = PhoneLineFacts("mobile", "Blue", "US", sim_kept_days=7.0, reassigned=False, pumping_risk=12)
DOMAIN = MailDomainFacts(exists=True, takes_mail=True, mail_host="blue.example", takes_anything=True)


def line_after(answer: PhoneLineFacts, before: PhoneLineFacts | None = LINE, **facts: Any) -> Facts:
    known = alice(phone_line=before, **facts)
    return asked_again(known, "phone_line", answer).onto(known)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param(LINE, LINE, id="the same"),
        pytest.param(PhoneLineFacts(), LINE, id="a party that says nothing takes nothing"),
        pytest.param(PhoneLineFacts("landline"), replace(LINE, line_type="landline"), id="what is said counts"),
        pytest.param(replace(LINE, pumping_risk=20), LINE, id="a score that wavers is none"),
        pytest.param(replace(LINE, pumping_risk=90), replace(LINE, pumping_risk=90), id="another score is"),
        pytest.param(
            PhoneLineFacts(sim_swapped_at=NOW), replace(LINE, sim_swapped_at=NOW, sim_kept_days=None), id="a swap"
        ),
    ],
)
def test_what_a_new_answer_leaves_open_stays_as_it_was(answer: PhoneLineFacts, told: PhoneLineFacts) -> None:
    assert line_after(answer).phone_line == told


def test_what_was_told_first_is_kept_beside_what_is_told_last() -> None:
    first = line_after(replace(LINE, carrier="Red"))
    again = asked_again(first, "phone_line", replace(LINE, carrier="Green")).onto(first)
    assert again.earlier == EarlierFacts("mobile", "Blue", reassigned=False, takes_mail=True)
    assert again.phone_line == replace(LINE, carrier="Green")


def test_what_was_told_of_another_number_says_nothing_of_this_one() -> None:
    waiting = line_after(PhoneLineFacts("non_fixed_voip"), missing={"phone_line": "no answer"})
    assert (waiting.phone_line, waiting.missing) == (PhoneLineFacts("non_fixed_voip"), {})
    assert waiting.earlier == EarlierFacts(takes_mail=True)
    known = line_after(LINE)
    renamed = Learnt(parts={"phone": replace(ALICE.phone, country="DE")}).onto(known)  # type: ignore[type-var] # she has one
    assert renamed.earlier == EarlierFacts(takes_mail=True)


@pytest.mark.parametrize(
    ("answer", "takes_anything"),
    [
        pytest.param(replace(DOMAIN, takes_anything=None), True, id="not tried this time"),
        pytest.param(replace(DOMAIN, takes_anything=False), False, id="tried"),
        pytest.param(replace(DOMAIN, mail_host="red.example", takes_anything=None), None, id="another server"),
        pytest.param(MailDomainFacts(exists=False, takes_mail=False), None, id="gone"),
    ],
)
def test_a_domain_keeps_what_its_server_said_while_it_is_that_server(
    answer: MailDomainFacts, *, takes_anything: bool | None
) -> None:
    known = alice(mail_domain=DOMAIN)
    told = asked_again(known, "mail_domain", answer).onto(known)
    assert told.mail_domain is not None
    assert told.mail_domain.takes_anything is takes_anything
    assert told.earlier is not None
    assert told.earlier.takes_mail is True


def test_lists_of_mailbox_providers_are_asked_of_the_domain_that_was_shown_and_of_its_server() -> None:
    shown = with_("mailbox", domain="mailinator.com", disposable=False)
    known = replace(shown, mail_domain=MailDomainFacts(exists=True, takes_mail=True, mail_host="mailinator.com"))
    now = mailbox_afresh(known).onto(known)
    assert now.mailbox is not None
    assert now.mail_domain is not None
    assert (now.mailbox.disposable, now.mail_domain.host_disposable) == (True, True)
    nothing = alice(mailbox=None, mail_domain=None)
    assert mailbox_afresh(nothing).onto(nothing) == nothing


def test_without_an_address_lists_or_a_device_there_is_nothing_to_look_at() -> None:
    assert network_afresh(ALICE, None) is NOTHING
    assert network_afresh(with_("network", services=None), "72.224.214.33") is NOTHING
    assert network_afresh(alice(network=None), "72.224.214.33") is NOTHING
    assert device_afresh(alice(device=None), 5) is NOTHING


def test_those_are_counted_who_came_with_the_device_afterwards_up_to_where_more_say_nothing(db: None) -> None:
    for subject in range(1, 21):
        store([Shown(subject, NOW.replace(minute=subject), {IdentifierKind.DEVICE: 7})])
    store([Shown(99, NOW, {IdentifierKind.DEVICE: 8})])
    assert others_since([1, 15, 20, 99, 100]) == {1: OTHERS_MOST, 15: 5, 20: 0, 99: 0, 100: 0}
