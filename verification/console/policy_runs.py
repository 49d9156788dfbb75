"""Policies on their way to accounts of before: how far each has come, and how to stop it."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from verification import policy_runs
from verification.console.permissions import Act, allow, may
from verification.console.policies import named
from verification.console.readonly import ReadOnlyAdmin, column, moment
from verification.recheck_models import PolicyRun

COLOURS = {"finished": "success", "running": "info", "cancelled": "warning"}
REFRESH_SECONDS = 3


@admin.register(PolicyRun)
class PolicyRunAdmin(ReadOnlyAdmin):
    """Runs, the newest first. One begins where a policy is published for accounts of before too."""

    list_display = ("version", "state_label", "progress", "numbers", "why", "who", "began", "ended")
    list_select_related = ("policy",)
    ordering = ("-pk",)

    @column("policy")
    def version(self, run: PolicyRun) -> str:
        """Which one they are decided by."""
        return f"{run.policy.name} {run.policy.digest[:12]}"

    @column("state", label=COLOURS)
    def state_label(self, run: PolicyRun) -> str:
        """Whether it goes on."""
        return run.state

    @column()
    def progress(self, run: PolicyRun) -> str:
        """How far it has come."""
        return f"{run.percent} %"

    @column("looked at, decided")
    def numbers(self, run: PolicyRun) -> str:
        """How many it has come by, and how many of them it moved."""
        return f"{run.looked:,}, {run.decided:,}"

    @column("asked by")
    def who(self, run: PolicyRun) -> str:
        """Who published it so."""
        return named(run.asked_by)

    @column()
    def began(self, run: PolicyRun) -> str | None:
        """When it was asked for."""
        return moment(run.asked_at)

    @column()
    def ended(self, run: PolicyRun) -> str | None:
        """When it was done, or stopped."""
        return moment(run.finished_at or run.cancelled_at)

    def get_urls(self) -> list[URLPattern]:
        """Stopping one, beside Django's own pages."""
        stop = self.admin_site.admin_view(require_POST(self.stop))
        return [path("<int:pk>/stop/", stop, name="verification_policyrun_stop"), *super().get_urls()]

    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Those who were decided stay so; the others stay as they were."""
        allow(request, Act.OWN_POLICY)
        run: PolicyRun = self.row(request, str(pk))
        if policy_runs.cancel(run, by=f"user:{request.user.pk}", at=timezone.now()):
            messages.success(request, "The run is stopped.")
        return HttpResponseRedirect(reverse("admin:verification_policyrun_change", args=[pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of a run, which looks again by itself while it goes on."""
        del form_url, extra_context
        run: PolicyRun = self.row(request, object_id)
        response = self.render(
            request,
            "console/policy_run.html",
            title=f"{run.policy.name}, accounts of before",
            run=run,
            who=named(run.asked_by),
            may_stop=run.state == "running" and may(request.user, Act.OWN_POLICY),
        )
        if run.state == "running":
            response["Refresh"] = str(REFRESH_SECONDS)
        return response
