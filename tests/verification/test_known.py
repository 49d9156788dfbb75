"""What is known of accounts now is asked for many as for one, and changes nothing by being asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from risk.facts import ReportKind, Word
from risk.identifiers import IdentifierKind, hashed
from risk.models import Assessment
from tests.cast import alice
from tests.conftest import post
from tiers.models import Account
from verification import reports
from verification.known import facts_last, known
from verification.models import Proof, Report
from verification.review import give_word, withdraw_word

CARD = {"provider": "stripe", "fingerprint": "fp_1", "funding": "credit", "cvc_check": "pass"}


@pytest.fixture
def accounts(shop: APIClient) -> list[Account]:
    for number in range(3):
        card: dict[str, Any] = {"payment": CARD} if number else {}
        post(shop, "/v1/signups", alice(account_id=f"acct_{number}", email=f"a{number}@gmail.com", **card))
    return list(Account.objects.order_by("pk"))


def prove(account: Account, kind: str, *, days: float) -> None:
    now = timezone.now()
    card = hashed(IdentifierKind.CARD, "stripe:fp_1") if kind == "payment" else None
    Proof.objects.create(account=account, kind=kind, passed_at=now, lapses_at=now + timedelta(days), shown=card)


def test_where_nothing_happened_what_is_known_is_what_was(accounts: list[Account]) -> None:
    now = timezone.now()
    for found in known(accounts, at=now).values():
        assert found.now.at == now
        assert {**found.now.as_json(), "at": None} == {**found.last.as_json(), "at": None}
        assert found.last.at < now


def test_each_has_its_own_proofs_words_and_reports(accounts: list[Account], nora: User) -> None:
    at = timezone.now()
    prove(accounts[0], "email", days=5)
    prove(accounts[1], "payment", days=5)
    prove(accounts[1], "phone", days=-1)
    for word in (Word.DENY, Word.HOLD):
        give_word(accounts[2].pk, word=word, note="why", analyst=nora, at=timezone.now())
    telling = reports.Telling("stripe", "dp_1", ReportKind.CHARGEBACK, at, card="stripe:fp_1")
    reports.take(telling, account=None, at=at)
    first, second, third = (found.now for found in known(accounts, at=timezone.now()).values())
    assert (first.proofs, first.word, first.reports) == (("email",), None, ())
    assert (second.proofs, second.word, second.reports) == ((), None, (ReportKind.CHARGEBACK,))  # it voids the card
    assert (third.proofs, third.word, third.reports) == ((), Word.HOLD, (ReportKind.CHARGEBACK,))
    withdraw_word(accounts[2].pk, note="no more", analyst=nora, at=timezone.now())
    Report.objects.update(withdrawn_at=at)
    second, third = (found.now for found in known(accounts[1:], at=timezone.now()).values())
    assert (second.proofs, second.reports, third.word) == (("payment",), (), None)


def test_what_is_told_of_the_past_decides_no_earlier_than_the_last_decision(accounts: list[Account]) -> None:
    last = facts_last([accounts[0].pk])[accounts[0].pk]
    found = known(accounts[:1], at=last.at - timedelta(days=9))
    assert found[accounts[0].pk].now.at == last.at


def test_many_cost_as_many_queries_as_one(accounts: list[Account]) -> None:
    counts = []
    for asked in (accounts[:1], accounts):
        with CaptureQueriesContext(connection) as queries:
            known(asked, at=timezone.now())
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_one_that_was_never_decided_is_left_out(accounts: list[Account]) -> None:
    Assessment.objects.filter(subject=accounts[0].pk).delete()
    assert known(accounts, at=timezone.now()).keys() == {account.pk for account in accounts[1:]}
