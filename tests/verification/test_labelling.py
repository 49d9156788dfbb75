"""Reports and analysts' words leave labels: once, never edited, and taken back by new ones."""

from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

import verification
from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from risk.facts import ReportKind, Word
from risk.judged import judged
from risk.labels import OF_REPORT, SOURCES, Judged
from risk.models import Label
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from tiers.models import Account
from verification import reports
from verification.models import Report
from verification.review import give_word, withdraw_word

PATH = "/v1/accounts/acct_alice/reports"
PAYMENT = {"provider": "stripe", "fingerprint": "fp_1", "funding": "credit", "cvc_check": "pass"}


@pytest.fixture
def account(shop: APIClient) -> Account:
    """Alice's, opened with a card."""
    post(shop, "/v1/signups", alice(payment=PAYMENT))
    return Account.objects.get()


def of_card(kind: ReportKind, *, stands: bool = True, at: datetime | None = None) -> None:
    """A bank tells of the card, and everybody who showed it is decided."""
    told = at or timezone.now()
    telling = reports.Telling("stripe", "dp_1", kind, told, card="stripe:fp_1", stands=stands)
    report = reports.take(telling, account=None, at=told)
    while reports.apply_chunk(report.pk, at=told):
        pass


def verdict(account: Account) -> Judged | None:
    return judged([account.pk], known_by=timezone.now()).get(account.pk)


def lines() -> list[tuple[str, str, float]]:
    return [(label.source, label.reference.partition(":")[0], label.trust) for label in Label.objects.order_by("pk")]


@pytest.mark.parametrize("kind", sorted(OF_REPORT))
def test_each_kind_of_report_leaves_its_label(shop: APIClient, account: Account, kind: ReportKind) -> None:
    happened = timezone.now() - timedelta(days=30)
    told = post(shop, PATH, {"kind": kind, "reference": "r", "at": happened.isoformat()})
    assert told.status_code == 201
    label, worth = Label.objects.get(), SOURCES[OF_REPORT[kind]]
    assert (label.subject, label.at, label.source) == (account.pk, happened, OF_REPORT[kind])
    assert (label.abuse, label.trust) == (worth.abuse, worth.trust)
    assert label.known_at > happened + timedelta(days=29)


def test_a_quarrel_over_goods_leaves_none(shop: APIClient, account: Account) -> None:
    assert post(shop, PATH, {"kind": "dispute", "reference": "r"}).status_code == 201
    assert not Label.objects.exists()


def test_told_twice_it_is_one_label(shop: APIClient, account: Account) -> None:
    for _ in range(2):
        post(shop, PATH, {"kind": "abuse", "reference": "r"})
    assert Label.objects.count() == 1


def test_a_report_of_a_card_labels_who_had_shown_it_and_not_who_shows_it_later(
    shop: APIClient, account: Account
) -> None:
    of_card(ReportKind.CHARGEBACK)
    post(shop, "/v1/signups", alice(account_id="acct_b", payment=PAYMENT, device=None, email="b@example.org"))
    Report.objects.update(applied_at=None, applied_to=0)
    reports.apply_chunk(Report.objects.get().pk, at=timezone.now())
    assert list(Label.objects.values_list("subject", flat=True)) == [account.pk]


def test_a_report_taken_back_takes_its_label_back_and_can_come_again(account: Account) -> None:
    of_card(ReportKind.CHARGEBACK)
    of_card(ReportKind.CHARGEBACK, stands=False)
    assert lines() == [("chargeback", "report", 0.9), ("chargeback", "report", 0)]
    assert verdict(account) is None
    of_card(ReportKind.CHARGEBACK)
    assert (verdict(account) or pytest.fail("no verdict")).abuse
    assert Label.objects.count() == 3


def test_a_warning_that_becomes_a_chargeback_changes_its_label(account: Account) -> None:
    of_card(ReportKind.FRAUD_WARNING)
    of_card(ReportKind.CHARGEBACK)
    assert lines() == [("fraud_warning", "report", 0.7), ("fraud_warning", "report", 0), ("chargeback", "report", 0.9)]
    assert (verdict(account) or pytest.fail("no verdict")).trust == 0.9


def test_an_analysts_word_leaves_its_label_and_takes_it_back(account: Account, nora: User) -> None:
    now = timezone.now()
    for word in (Word.HOLD, Word.DENY, Word.APPROVE):
        give_word(account.pk, word=word, note="looked", analyst=nora, at=now)
    assert lines() == [("analyst_deny", "review", 0.9), ("analyst_approve", "review", 0.9)]
    assert verdict(account) == Judged(account.pk, abuse=False, trust=0.9, known_at=now)
    withdraw_word(account.pk, note="mistaken", analyst=nora, at=now)
    assert verdict(account) is None


def test_only_what_was_known_by_then_counts(shop: APIClient, account: Account) -> None:
    post(shop, PATH, {"kind": "abuse", "reference": "r", "at": "2026-01-01T00:00:00Z"})
    assert judged([account.pk], known_by=timezone.now() - timedelta(hours=1)) == {}


def test_an_overturned_decision_prevails_over_what_was_confirmed(shop: APIClient, account: Account) -> None:
    confirmed = post(shop, PATH, {"kind": "confirmed", "reference": "case-1"}).json()
    assert confirmed["outcome"] == "challenge"
    overturned = post(shop, PATH, {"kind": "overturned", "reference": "appeal-1"}).json()
    assert overturned["outcome"] == "allow"
    assert not (verdict(account) or pytest.fail("no verdict")).abuse


def test_accounts_of_test_keys_leave_no_label(db: None) -> None:
    _, token = issue(KeyOrder(KeyKind.SECRET, tuple(ALL_SCOPES), "shop", "tests", Mode.TEST))
    tester = client_with(token)
    post(tester, "/v1/signups", alice())
    assert post(tester, PATH, {"kind": "abuse", "reference": "r"}).status_code == 201
    assert not Label.objects.exists()


def test_labels_made_up_for_older_reports_are_those_that_would_have_been_written(
    shop: APIClient, account: Account, nora: User
) -> None:
    now = timezone.now()
    for kind in ("abuse", "cleared", "dispute"):
        post(shop, PATH, {"kind": kind, "reference": kind})
    of_card(ReportKind.CHARGEBACK)
    of_card(ReportKind.CHARGEBACK, stands=False)
    for word in Word:
        give_word(account.pk, word=word, note="looked", analyst=nora, at=now)
    withdraw_word(account.pk, note="mistaken", analyst=nora, at=now)
    written = summary()
    Label.objects.all().delete()
    with connection.cursor() as cursor:
        for statement in backfill():
            cursor.execute(statement)
    assert summary() == written


def backfill() -> list[str]:
    (file,) = Path(verification.__file__).parent.glob("migrations/*_more_reports_and_labels.py")
    statements: list[str] = import_module(f"verification.migrations.{file.stem}").BACKFILL
    return statements


def summary() -> set[tuple[object, ...]]:
    fields = ("subject", "source", "reference", "abuse", "trust", "takes_back__reference")
    return set(Label.objects.values_list(*fields))
