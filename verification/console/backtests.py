"""Backtests in the console: start one of a stored policy, watch it, read who would move."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from risk.models import StoredPolicy
from tiers.models import Account
from verification import backtest_runs
from verification.backtest_report import shown
from verification.console.permissions import Act, allow
from verification.console.readonly import ReadOnlyAdmin, column, moment
from verification.models import BacktestRun, Signup
from verification.tasks.backtests import queue_backtest

COLOURS = {"finished": "success", "running": "info"}
REFRESH_SECONDS = 3


@admin.register(BacktestRun)
class BacktestAdmin(ReadOnlyAdmin):
    """Runs, the newest first. One is started on the page of a policy."""

    list_display = ("policy", "state", "progress", "asked_by", "began", "ended")
    list_select_related = ("draft", "asked_by")
    ordering = ("-pk",)

    @column()
    def policy(self, run: BacktestRun) -> str:
        """Which version was tried."""
        return f"{run.draft.name} {run.draft.digest[:12]}"

    @column(label=COLOURS)
    def state(self, run: BacktestRun) -> str:
        """Whether it is done."""
        return "finished" if run.finished_at else "running"

    @column()
    def progress(self, run: BacktestRun) -> str:
        """How far it has come."""
        return f"{run.percent} %"

    @column()
    def began(self, run: BacktestRun) -> str | None:
        """When it was asked for."""
        return moment(run.until)

    @column()
    def ended(self, run: BacktestRun) -> str | None:
        """When its report was there."""
        return moment(run.finished_at)

    def get_urls(self) -> list[URLPattern]:
        """Starting one, beside Django's own pages."""
        start = self.admin_site.admin_view(require_POST(self.start))
        return [path("start/<int:policy>/", start, name="verification_backtestrun_start"), *super().get_urls()]

    def start(self, request: HttpRequest, policy: int) -> HttpResponse:
        """Begin, and go to the page that shows how far it is."""
        lead = allow(request, Act.OWN_POLICY)
        run = backtest_runs.start(get_object_or_404(StoredPolicy, pk=policy), by=lead, at=timezone.now())
        transaction.on_commit(lambda: queue_backtest(run.pk))
        return HttpResponseRedirect(reverse("admin:verification_backtestrun_change", args=[run.pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of a run: how far it is, and then its report."""
        del form_url, extra_context
        run: BacktestRun = self.row(request, object_id)
        response = self.render(
            request,
            "console/backtest.html",
            title=f"Backtest of {run.draft.name}",
            run=run,
            tables=list(shown(run.report)) if run.report else [],
            examples=_examples(run.report) if run.report else [],
        )
        if not run.finished_at:
            response["Refresh"] = str(REFRESH_SECONDS)
        return response


def _examples(report: Mapping[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Examples with the pages of their signups."""
    subjects = {example["subject"] for examples in report["examples"].values() for example in examples}
    signups = dict(
        Signup.objects.filter(account__in=Account.objects.filter(pk__in=subjects)).values_list("account", "pk")
    )
    return [
        (way, [{**example, "signup": signups.get(example["subject"])} for example in examples])
        for way, examples in report["examples"].items()
    ]
