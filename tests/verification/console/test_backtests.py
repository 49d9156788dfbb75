"""Backtests in the console: a lead starts one, the worker does it piece by piece, and its page tells who moves."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.models import AuditEntry
from risk.models import StoredPolicy
from risk.policies.store import DEFAULT, read
from tests.cast import alice, bob
from tests.conftest import post
from tests.verification.console.desk import desk_of, text, user_of
from verification import backtest_runs, publishing
from verification.models import BacktestRun

LIST = reverse("admin:verification_backtestrun_changelist")


@pytest.fixture
def draft(shop: APIClient) -> StoredPolicy:
    """A draft that sends everybody to review, and six who signed up before."""
    for number in range(5):
        post(shop, "/v1/signups", alice(account_id=f"acct_{number}"))
    post(shop, "/v1/signups", bob())
    rule = {"name": "everybody", "when": "mailbox.valid", "floor": "deny"}
    return publishing.draft({**read(DEFAULT), "name": "harsh", "rules": [rule]}, by="user:1")


@pytest.fixture
def lena(db: None) -> Client:
    """A lead's browser."""
    return desk_of(user_of("lena", "Lead"))


def started(client: Client, draft: StoredPolicy) -> BacktestRun:
    answer = client.post(reverse("admin:verification_backtestrun_start", args=[draft.pk]))
    assert answer.status_code == 302, text(answer)
    return BacktestRun.objects.get()


def page(client: Client, run: BacktestRun) -> str:
    return text(client.get(reverse("admin:verification_backtestrun_change", args=[run.pk])))


def test_a_lead_starts_one_and_reads_who_would_move(lena: Client, draft: StoredPolicy) -> None:
    run = started(lena, draft)
    assert "0 % judged" in page(lena, run)
    assert backtest_runs.go_on(run.pk, at=timezone.now()) is False
    shown = page(lena, run)
    assert "Examples: harsher" in shown
    assert reverse("admin:verification_signup_changelist") in shown
    assert "acct_" in shown
    assert "finished" in text(lena.get(LIST))
    assert AuditEntry.objects.filter(act="policy.backtest", subject=f"backtest:{run.pk}").exists()


def test_pieces_add_up_and_one_that_runs_twice_counts_once(
    lena: Client, draft: StoredPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtest_runs, "IDS", 2)
    run = started(lena, draft)
    BacktestRun.objects.filter(pk=run.pk).update(done_to=run.last - 6)
    monkeypatch.setattr(backtest_runs, "PIECE_SECONDS", 1e-9)
    pieces = 0
    while backtest_runs.go_on(run.pk, at=timezone.now()):
        pieces += 1
        assert pieces < 10
    run.refresh_from_db()
    assert run.report is not None
    assert run.report["total"] == 6
    assert backtest_runs.go_on(run.pk, at=timezone.now()) is False
    run.refresh_from_db()
    assert run.report["total"] == 6


def test_a_run_whose_next_piece_is_lost_is_found(lena: Client, draft: StoredPolicy) -> None:
    run = started(lena, draft)
    assert backtest_runs.lost(at=timezone.now()) == []
    assert backtest_runs.lost(at=timezone.now() + 2 * backtest_runs.LOST) == [run.pk]


def test_others_read_but_do_not_start(draft: StoredPolicy) -> None:
    viewer = desk_of(user_of("vera", "Viewer"))
    assert viewer.post(reverse("admin:verification_backtestrun_start", args=[draft.pk])).status_code == 403
    assert viewer.get(LIST).status_code == 200
